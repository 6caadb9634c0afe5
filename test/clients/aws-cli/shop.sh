#!/usr/bin/env bash
# The shop of programs.test.ts with the AWS CLI.
set -euo pipefail
arn=arn:aws:personalize:us-east-1:000000000000
role=arn:aws:iam::000000000000:role/personalize

# Prints the texts as a JSON array.
say() {
  python3 -c 'import json, sys; print(json.dumps(sys.argv[1:]))' "$@"
}
ask() {
  aws personalize "$@" --output text
}
put() {
  aws personalize-events "$@"
}
active() {
  local kind=$1 arn=$2 member=$3 status=PENDING
  while [[ $status =~ (PENDING|IN_PROGRESS)$ ]]; do
    status=$(ask "describe-$kind" "--$kind-arn" "$arn" --query "$member.status")
  done
  echo "$status"
}
# What the CLI says on its standard error, in two parts: the exception and its message.
refusal() {
  local error
  if error=$("$@" 2>&1); then return 1; fi
  [[ $error =~ 'An error occurred ('([A-Za-z]+)') when calling the '[A-Za-z]+' operation: '(.*) ]]
  say refused "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
}

group=$(ask create-dataset-group --name shop --query datasetGroupArn)
for kind in Users Items Interactions; do
  variable=SCHEMA_${kind^^}
  schema=$(ask create-schema --name "shop-$kind" --schema "${!variable}" --query schemaArn)
  ask create-dataset --name "$kind" --schema-arn "$schema" --dataset-group-arn "$group" --dataset-type "$kind" >/dev/null
done
users=$arn:dataset/shop/USERS
dataset=$(ask describe-dataset --dataset-arn "$users" --query 'dataset.[datasetArn,datasetType,status]')
read -r name kind status <<<"$dataset"
say dataset "$name" "$kind" "$status"
created=$(ask describe-dataset --dataset-arn "$users" --query dataset.creationDateTime)
# Version 1 of the CLI prints seconds, version 2 a time.
[[ $created =~ ^[0-9.]+$ ]] && created=@$created
age=$(($(date +%s) - $(date -d "$created" +%s)))
say 'created today' "$([ "${age#-}" -lt 86400 ] && echo true || echo false)"
tracker=$(ask create-event-tracker --name web --dataset-group-arn "$group" --query trackingId)

put_user() {
  put put-users --dataset-arn "$users" --users "userId=$1,properties='$2'"
}
put_user u1 '{"membershipType": "Member|Frequent shopper", "numberOfVideosWatched": 45}'
put_user u2 '{"membershipType": "Member"}'
put_user u2 '{"membershipType": "Guest"}'
put_user 'жук ☕' '{"membershipType": "naïve"}'
genres='"{\"genres\": \"Horror|Action\", \"creationTimestamp\": 1570003267}"'
put put-items --dataset-arn "$arn:dataset/shop/ITEMS" \
  --items "[{\"itemId\": \"i1\", \"properties\": $genres}, {\"itemId\": \"i2\", \"properties\": $genres}]"
while read -r user item; do
  put put-events --tracking-id "$tracker" --user-id "$user" --session-id s1 --event-list \
    "eventType=rating,sentAt=2019-03-26T20:23:02Z,itemId=$item,eventValue=4.5,impression=i2,i1"
done <<<$'u1 i1\nu2 i1\nu2 i2'

many=$(printf ',{"userId": "%s", "properties": "{\\"membershipType\\": \\"Member\\"}"}' {0..10})
refusal aws personalize-events put-users --dataset-arn "$users" --users "[${many#,}]"
refusal aws personalize describe-dataset --dataset-arn "$arn:dataset/none/USERS"

token=
while [ "$token" != None ]; do
  page=$(aws personalize list-datasets --dataset-group-arn "$group" --no-paginate --max-results 2 \
    ${token:+--next-token "$token"} --output text --query '[join(`" "`, datasets[].name), nextToken]')
  IFS=$'\t' read -r names token <<<"$(tr '\n' '\t' <<<"$page")"
  say datasets $names
done

job=$(ask create-dataset-import-job --job-name users --dataset-arn "$users" --role-arn "$role" \
  --data-source dataLocation=s3://bucket/users.csv --query datasetImportJobArn)
say import "$(active dataset-import-job "$job" datasetImportJob)"

recipe=arn:aws:personalize:::recipe/aws-popularity-count
solution=$(ask create-solution --name popular --dataset-group-arn "$group" --recipe-arn "$recipe" --query solutionArn)
version=$(ask create-solution-version --solution-arn "$solution" --query solutionVersionArn)
say training "$(active solution-version "$version" solutionVersion)"
campaign=$(ask create-campaign --name popular --solution-version-arn "$version" --min-provisioned-tps 1 --query campaignArn)
say campaign "$(active campaign "$campaign" campaign)"
say recommended $(aws personalize-runtime get-recommendations --campaign-arn "$campaign" --user-id u1 --num-results 2 \
  --output text --query 'itemList[].itemId')
