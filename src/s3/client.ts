import { S3Client } from '@aws-sdk/client-s3'
import { awsRegion, hasS3Endpoint, s3EndpointHint } from '../config/environment.ts'

/** A machine that is not there is not waited for, as the client does for good unless told. */
const CONNECT_MS = 10_000

/**
 * S3, or another server with its API, as the AWS variables and profile say: `AWS_ENDPOINT_URL_S3`, `AWS_REGION`,
 * credentials. With an endpoint given the bucket goes into the path, as MinIO, Ceph and moto expect.
 */
export function openS3Client(): S3Client {
  return new S3Client({
    region: awsRegion(),
    followRegionRedirects: true,
    forcePathStyle: hasS3Endpoint(),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS },
  })
}

/** The HTTP status of an error of S3; undefined if it was not S3 that failed. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
}

/** The name of an error of S3, for a message, and what to look at where another server may have answered. */
export function failureOf(error: Error): string {
  return `${error.name}${s3EndpointHint()}`
}
