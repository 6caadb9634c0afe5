import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.personalize.PersonalizeClient;
import software.amazon.awssdk.services.personalize.model.ResourceNotFoundException;
import software.amazon.awssdk.services.personalizeevents.PersonalizeEventsClient;
import software.amazon.awssdk.services.personalizeevents.model.Event;
import software.amazon.awssdk.services.personalizeevents.model.InvalidInputException;
import software.amazon.awssdk.services.personalizeevents.model.Item;
import software.amazon.awssdk.services.personalizeevents.model.User;
import software.amazon.awssdk.services.personalizeruntime.PersonalizeRuntimeClient;

/** The shop of programs.test.ts with the AWS SDK for Java, version 2. */
public class Shop {
    static final String ARN = "arn:aws:personalize:us-east-1:000000000000";
    static final String ROLE = "arn:aws:iam::000000000000:role/personalize";
    static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    static void say(String... texts) {
        Stream<String> quoted =
            Arrays.stream(texts).map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        OUT.println(quoted.collect(Collectors.joining(", ", "[", "]")));
    }

    static void say(String first, Stream<String> others) {
        say(Stream.concat(Stream.of(first), others).toArray(String[]::new));
    }

    static String active(Supplier<String> status) throws InterruptedException {
        for (;;) {
            String now = status.get();
            if (!now.endsWith("PENDING") && !now.endsWith("IN_PROGRESS")) return now;
            Thread.sleep(100);
        }
    }

    static User user(String id, String properties) {
        return User.builder().userId(id).properties(properties).build();
    }

    static Item item(String id) {
        String genres = "{\"genres\": \"Horror|Action\", \"creationTimestamp\": 1570003267}";
        return Item.builder().itemId(id).properties(genres).build();
    }

    public static void main(String[] args) throws InterruptedException {
        PersonalizeClient personalize = PersonalizeClient.create();
        PersonalizeEventsClient events = PersonalizeEventsClient.create();
        PersonalizeRuntimeClient runtime = PersonalizeRuntimeClient.create();

        String group = personalize.createDatasetGroup(shop -> shop.name("shop")).datasetGroupArn();
        for (String type : List.of("Users", "Items", "Interactions")) {
            String text = System.getenv("SCHEMA_" + type.toUpperCase(Locale.ROOT));
            String schema = personalize.createSchema(named -> named.name("shop-" + type).schema(text)).schemaArn();
            personalize.createDataset(
                dataset -> dataset.name(type).schemaArn(schema).datasetGroupArn(group).datasetType(type));
        }
        String users = ARN + ":dataset/shop/USERS";
        var dataset = personalize.describeDataset(asked -> asked.datasetArn(users)).dataset();
        say("dataset", dataset.datasetArn(), dataset.datasetType(), dataset.status());
        Duration age = Duration.between(dataset.creationDateTime(), Instant.now()).abs();
        say("created today", String.valueOf(age.compareTo(Duration.ofDays(1)) < 0));
        String tracker = personalize.createEventTracker(web -> web.name("web").datasetGroupArn(group)).trackingId();

        for (User user : List.of(
                user("u1", "{\"membershipType\": \"Member|Frequent shopper\", \"numberOfVideosWatched\": 45}"),
                user("u2", "{\"membershipType\": \"Member\"}"),
                user("u2", "{\"membershipType\": \"Guest\"}"),
                user("жук ☕", "{\"membershipType\": \"naïve\"}")))
            events.putUsers(put -> put.datasetArn(users).users(user));
        events.putItems(put -> put.datasetArn(ARN + ":dataset/shop/ITEMS").items(item("i1"), item("i2")));
        for (String[] seen : new String[][] {{"u1", "i1"}, {"u2", "i1"}, {"u2", "i2"}}) {
            Event event = Event.builder()
                .eventType("rating")
                .sentAt(Instant.parse("2019-03-26T20:23:02Z"))
                .itemId(seen[1])
                .eventValue(4.5f)
                .impression("i2", "i1")
                .build();
            events.putEvents(put -> put.trackingId(tracker).userId(seen[0]).sessionId("s1").eventList(event));
        }

        List<User> many = IntStream.range(0, 11)
            .mapToObj(n -> user(String.valueOf(n), "{\"membershipType\": \"Member\"}"))
            .toList();
        try {
            events.putUsers(put -> put.datasetArn(users).users(many));
        } catch (InvalidInputException error) {
            say("refused", error.awsErrorDetails().errorCode(), error.awsErrorDetails().errorMessage());
        }
        try {
            personalize.describeDataset(asked -> asked.datasetArn(ARN + ":dataset/none/USERS"));
        } catch (ResourceNotFoundException error) {
            say("refused", error.awsErrorDetails().errorCode(), error.awsErrorDetails().errorMessage());
        }

        for (var page : personalize.listDatasetsPaginator(list -> list.datasetGroupArn(group).maxResults(2)))
            say("datasets", page.datasets().stream().map(summary -> summary.name()));

        String job = personalize.createDatasetImportJob(importing -> importing
            .jobName("users")
            .datasetArn(users)
            .dataSource(source -> source.dataLocation("s3://bucket/users.csv"))
            .roleArn(ROLE)).datasetImportJobArn();
        say("import", active(() -> personalize
            .describeDatasetImportJob(asked -> asked.datasetImportJobArn(job)).datasetImportJob().status()));

        String recipe = "arn:aws:personalize:::recipe/aws-popularity-count";
        String solution = personalize
            .createSolution(popular -> popular.name("popular").datasetGroupArn(group).recipeArn(recipe)).solutionArn();
        String version = personalize
            .createSolutionVersion(training -> training.solutionArn(solution)).solutionVersionArn();
        say("training", active(() -> personalize
            .describeSolutionVersion(asked -> asked.solutionVersionArn(version)).solutionVersion().status()));
        String campaign = personalize.createCampaign(
            popular -> popular.name("popular").solutionVersionArn(version).minProvisionedTPS(1)).campaignArn();
        say("campaign", active(() -> personalize
            .describeCampaign(asked -> asked.campaignArn(campaign)).campaign().status()));
        var found = runtime.getRecommendations(asked -> asked.campaignArn(campaign).userId("u1").numResults(2));
        say("recommended", found.itemList().stream().map(item -> item.itemId()));
    }
}
