// The shop of programs.test.ts with the AWS SDK for Go, version 1.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/personalize"
	"github.com/aws/aws-sdk-go/service/personalizeevents"
	"github.com/aws/aws-sdk-go/service/personalizeruntime"
)

const (
	arn  = "arn:aws:personalize:us-east-1:000000000000"
	role = "arn:aws:iam::000000000000:role/personalize"
)

func say(texts ...string) {
	fmt.Println(string(must(json.Marshal(texts))))
}

func must[Value any](value Value, err error) Value {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func active(status func() *string) string {
	for {
		now := *status()
		if !strings.HasSuffix(now, "PENDING") && !strings.HasSuffix(now, "IN_PROGRESS") {
			return now
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func main() {
	settings := session.Must(session.NewSession(&aws.Config{Endpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL"))}))
	control := personalize.New(settings)
	putting := personalizeevents.New(settings)
	asking := personalizeruntime.New(settings)

	shop := &personalize.CreateDatasetGroupInput{Name: aws.String("shop")}
	group := must(control.CreateDatasetGroup(shop)).DatasetGroupArn
	for _, kind := range []string{"Users", "Items", "Interactions"} {
		schema := must(control.CreateSchema(&personalize.CreateSchemaInput{
			Name:   aws.String("shop-" + kind),
			Schema: aws.String(os.Getenv("SCHEMA_" + strings.ToUpper(kind))),
		}))
		must(control.CreateDataset(&personalize.CreateDatasetInput{
			Name: &kind, SchemaArn: schema.SchemaArn, DatasetGroupArn: group, DatasetType: &kind,
		}))
	}
	users := aws.String(arn + ":dataset/shop/USERS")
	dataset := must(control.DescribeDataset(&personalize.DescribeDatasetInput{DatasetArn: users})).Dataset
	say("dataset", *dataset.DatasetArn, *dataset.DatasetType, *dataset.Status)
	say("created today", strconv.FormatBool(time.Since(*dataset.CreationDateTime).Abs() < 24*time.Hour))
	web := &personalize.CreateEventTrackerInput{Name: aws.String("web"), DatasetGroupArn: group}
	tracker := must(control.CreateEventTracker(web)).TrackingId

	for _, user := range []personalizeevents.User{
		{
			UserId:     aws.String("u1"),
			Properties: aws.JSONValue{"membershipType": "Member|Frequent shopper", "numberOfVideosWatched": 45},
		},
		{UserId: aws.String("u2"), Properties: aws.JSONValue{"membershipType": "Member"}},
		{UserId: aws.String("u2"), Properties: aws.JSONValue{"membershipType": "Guest"}},
		{UserId: aws.String("жук ☕"), Properties: aws.JSONValue{"membershipType": "naïve"}},
	} {
		must(putting.PutUsers(&personalizeevents.PutUsersInput{
			DatasetArn: users,
			Users:      []*personalizeevents.User{&user},
		}))
	}
	genres := aws.JSONValue{"genres": "Horror|Action", "creationTimestamp": 1570003267}
	must(putting.PutItems(&personalizeevents.PutItemsInput{
		DatasetArn: aws.String(arn + ":dataset/shop/ITEMS"),
		Items: []*personalizeevents.Item{
			{ItemId: aws.String("i1"), Properties: genres},
			{ItemId: aws.String("i2"), Properties: genres},
		},
	}))
	for _, seen := range [][2]string{{"u1", "i1"}, {"u2", "i1"}, {"u2", "i2"}} {
		must(putting.PutEvents(&personalizeevents.PutEventsInput{
			TrackingId: tracker, UserId: &seen[0], SessionId: aws.String("s1"),
			EventList: []*personalizeevents.Event{{
				EventType:  aws.String("rating"),
				SentAt:     aws.Time(time.Date(2019, 3, 26, 20, 23, 2, 0, time.UTC)),
				ItemId:     &seen[1],
				EventValue: aws.Float64(4.5),
				Impression: aws.StringSlice([]string{"i2", "i1"}),
			}},
		}))
	}

	many := make([]*personalizeevents.User, 11)
	for n := range many {
		properties := aws.JSONValue{"membershipType": "Member"}
		many[n] = &personalizeevents.User{UserId: aws.String(strconv.Itoa(n)), Properties: properties}
	}
	_, err := putting.PutUsers(&personalizeevents.PutUsersInput{DatasetArn: users, Users: many})
	var invalid *personalizeevents.InvalidInputException
	if !errors.As(err, &invalid) {
		log.Fatal(err)
	}
	say("refused", invalid.Code(), invalid.Message())
	none := &personalize.DescribeDatasetInput{DatasetArn: aws.String(arn + ":dataset/none/USERS")}
	_, err = control.DescribeDataset(none)
	var missing *personalize.ResourceNotFoundException
	if !errors.As(err, &missing) {
		log.Fatal(err)
	}
	say("refused", missing.Code(), missing.Message())

	listed := &personalize.ListDatasetsInput{DatasetGroupArn: group, MaxResults: aws.Int64(2)}
	err = control.ListDatasetsPages(listed, func(page *personalize.ListDatasetsOutput, last bool) bool {
		names := []string{"datasets"}
		for _, dataset := range page.Datasets {
			names = append(names, *dataset.Name)
		}
		say(names...)
		return true
	})
	if err != nil {
		log.Fatal(err)
	}

	job := must(control.CreateDatasetImportJob(&personalize.CreateDatasetImportJobInput{
		JobName: aws.String("users"), DatasetArn: users, RoleArn: aws.String(role),
		DataSource: &personalize.DataSource{DataLocation: aws.String("s3://bucket/users.csv")},
	})).DatasetImportJobArn
	say("import", active(func() *string {
		input := &personalize.DescribeDatasetImportJobInput{DatasetImportJobArn: job}
		return must(control.DescribeDatasetImportJob(input)).DatasetImportJob.Status
	}))

	solution := must(control.CreateSolution(&personalize.CreateSolutionInput{
		Name: aws.String("popular"), DatasetGroupArn: group,
		RecipeArn: aws.String("arn:aws:personalize:::recipe/aws-popularity-count"),
	})).SolutionArn
	training := &personalize.CreateSolutionVersionInput{SolutionArn: solution}
	version := must(control.CreateSolutionVersion(training)).SolutionVersionArn
	say("training", active(func() *string {
		input := &personalize.DescribeSolutionVersionInput{SolutionVersionArn: version}
		return must(control.DescribeSolutionVersion(input)).SolutionVersion.Status
	}))
	campaign := must(control.CreateCampaign(&personalize.CreateCampaignInput{
		Name: aws.String("popular"), SolutionVersionArn: version, MinProvisionedTPS: aws.Int64(1),
	})).CampaignArn
	say("campaign", active(func() *string {
		input := &personalize.DescribeCampaignInput{CampaignArn: campaign}
		return must(control.DescribeCampaign(input)).Campaign.Status
	}))
	recommended := must(asking.GetRecommendations(&personalizeruntime.GetRecommendationsInput{
		CampaignArn: campaign, UserId: aws.String("u1"), NumResults: aws.Int64(2),
	})).ItemList
	names := []string{"recommended"}
	for _, item := range recommended {
		names = append(names, *item.ItemId)
	}
	say(names...)
}
