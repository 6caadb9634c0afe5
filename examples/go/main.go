package main

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/personalizeevents"
	"github.com/aws/aws-sdk-go-v2/service/personalizeevents/types"
	"github.com/aws/aws-sdk-go-v2/service/personalizeruntime"
)

const arn = "arn:aws:personalize:us-east-1:000000000000"

func main() {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	_, err = personalizeevents.NewFromConfig(settings).PutUsers(ctx, &personalizeevents.PutUsersInput{
		DatasetArn: aws.String(arn + ":dataset/quickstart/USERS"),
		Users: []types.User{{
			UserId:     aws.String("ann"),
			Properties: aws.String(`{"membershipType": "Student", "numberOfVideosWatched": 3}`),
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	answer, err := personalizeruntime.NewFromConfig(settings).GetRecommendations(ctx,
		&personalizeruntime.GetRecommendationsInput{
			CampaignArn: aws.String(arn + ":campaign/for-you"),
			UserId:      aws.String("ann"),
			NumResults:  5,
		})
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range answer.ItemList {
		fmt.Println(aws.ToString(item.ItemId))
	}
}
