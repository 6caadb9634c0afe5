#!/usr/bin/env bash
set -euo pipefail
export AWS_PROFILE=personalite AWS_PAGER=
arn=arn:aws:personalize:us-east-1:000000000000

aws personalize-events put-users --dataset-arn "$arn:dataset/quickstart/USERS" \
  --users '[{"userId": "ann", "properties": "{\"membershipType\": \"Student\", \"numberOfVideosWatched\": 3}"}]'
aws personalize-runtime get-recommendations --campaign-arn "$arn:campaign/for-you" --user-id ann --num-results 5 \
  --query 'itemList[].itemId' --output text | tr '\t' '\n'
