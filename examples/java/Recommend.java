import software.amazon.awssdk.services.personalizeevents.PersonalizeEventsClient;
import software.amazon.awssdk.services.personalizeruntime.PersonalizeRuntimeClient;

public class Recommend {
    static final String ARN = "arn:aws:personalize:us-east-1:000000000000";

    public static void main(String[] args) {
        try (var events = PersonalizeEventsClient.create(); var runtime = PersonalizeRuntimeClient.create()) {
            events.putUsers(put -> put.datasetArn(ARN + ":dataset/quickstart/USERS").users(user -> user.userId("ann")
                    .properties("{\"membershipType\": \"Student\", \"numberOfVideosWatched\": 3}")));
            runtime.getRecommendations(get -> get.campaignArn(ARN + ":campaign/for-you").userId("ann").numResults(5))
                    .itemList().forEach(item -> System.out.println(item.itemId()));
        }
    }
}
