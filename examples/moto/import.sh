#!/usr/bin/env bash
# Imports a CSV file from a bucket, with a role: the calls that a program makes to AWS.
set -euo pipefail
export AWS_PAGER=
role=$(aws iam create-role --role-name personalize --query Role.Arn --output text --assume-role-policy-document \
  '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "personalize.amazonaws.com"}, "Action": "sts:AssumeRole"}]}')
aws s3 mb s3://shop
printf 'USER_ID,MEMBERSHIP_TYPE\nann,Student\nbob,Guest\n' | aws s3 cp - s3://shop/users.csv

schema=$(aws personalize create-schema --name users --query schemaArn --output text --schema '{"type": "record",
  "name": "Users", "namespace": "com.amazonaws.personalize.schema", "version": "1.0", "fields": [
  {"name": "USER_ID", "type": "string"}, {"name": "MEMBERSHIP_TYPE", "type": "string", "categorical": true}]}')
group=$(aws personalize create-dataset-group --name shop --query datasetGroupArn --output text)
dataset=$(aws personalize create-dataset --name users --dataset-type Users --schema-arn "$schema" \
  --dataset-group-arn "$group" --query datasetArn --output text)
job=$(aws personalize create-dataset-import-job --job-name users --dataset-arn "$dataset" --role-arn "$role" \
  --data-source dataLocation=s3://shop/users.csv --query datasetImportJobArn --output text)
status=
until [[ $status =~ ^(ACTIVE|CREATE.FAILED)$ ]]; do
  sleep 0.2
  status=$(aws personalize describe-dataset-import-job --dataset-import-job-arn "$job" --query datasetImportJob.status \
    --output text)
done
echo "account $(aws sts get-caller-identity --query Account --output text): the import is $status"
