// Which actions does S3 have, and on what?
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html

/** Actions on objects, without `s3:`. */
export const OBJECT_ACTIONS: readonly string[] = [
  ...["AbortMultipartUpload", "BypassGovernanceRetention", "DeleteObject", "DeleteObjectAnnotation"],
  ...["DeleteObjectTagging", "DeleteObjectVersion", "DeleteObjectVersionAnnotation", "DeleteObjectVersionTagging"],
  ...["GetObject", "GetObjectAcl", "GetObjectAnnotation", "GetObjectAttributes", "GetObjectLegalHold"],
  ...["GetObjectRetention", "GetObjectTagging", "GetObjectTorrent", "GetObjectVersion", "GetObjectVersionAcl"],
  ...["GetObjectVersionAnnotation", "GetObjectVersionAnnotationForReplication", "GetObjectVersionAttributes"],
  ...["GetObjectVersionForReplication", "GetObjectVersionTagging", "GetObjectVersionTorrent", "InitiateReplication"],
  ...["ListMultipartUploadParts", "ListObjectAnnotations", "ListObjectVersionAnnotations"],
  ...["ObjectOwnerOverrideToBucketOwner", "PutObject", "PutObjectAcl", "PutObjectAnnotation", "PutObjectLegalHold"],
  ...["PutObjectRetention", "PutObjectTagging", "PutObjectVersionAcl", "PutObjectVersionAnnotation"],
  ...["PutObjectVersionTagging", "ReplicateDelete", "ReplicateObject", "ReplicateObjectAnnotation", "ReplicateTags"],
  ...["RestoreObject", "UpdateObjectEncryption"],
];

/** Actions on a bucket. */
export const BUCKET_ACTIONS: readonly string[] = [
  ...["AllowVendedLogDeliveryForResource", "CreateBucket", "CreateBucketMetadataTableConfiguration", "DeleteBucket"],
  ...["DeleteBucketMetadataTableConfiguration", "DeleteBucketPolicy", "DeleteBucketWebsite"],
  ...["GetAccelerateConfiguration", "GetAnalyticsConfiguration", "GetBucketAbac", "GetBucketAcl", "GetBucketCORS"],
  ...["GetBucketLocation", "GetBucketLogging", "GetBucketMetadataTableConfiguration", "GetBucketNotification"],
  ...["GetBucketObjectLockConfiguration", "GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketPolicyStatus"],
  ...["GetBucketPublicAccessBlock", "GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning"],
  ...["GetBucketWebsite", "GetEncryptionConfiguration", "GetIntelligentTieringConfiguration"],
  ...["GetInventoryConfiguration", "GetLifecycleConfiguration", "GetMetricsConfiguration"],
  ...["GetReplicationConfiguration", "ListBucket", "ListBucketMultipartUploads", "ListBucketVersions"],
  ...["ListTagsForResource", "PauseReplication", "PutAccelerateConfiguration", "PutAnalyticsConfiguration"],
  ...["PutBucketAbac", "PutBucketAcl", "PutBucketCORS", "PutBucketLogging", "PutBucketNotification"],
  ...["PutBucketObjectLockConfiguration", "PutBucketOwnershipControls", "PutBucketPolicy"],
  ...["PutBucketPublicAccessBlock", "PutBucketRequestPayment", "PutBucketTagging", "PutBucketVersioning"],
  ...["PutBucketWebsite", "PutEncryptionConfiguration", "PutIntelligentTieringConfiguration"],
  ...["PutInventoryConfiguration", "PutLifecycleConfiguration", "PutMetricsConfiguration"],
  ...["PutReplicationConfiguration", "TagResource", "UntagResource"],
  ...["UpdateBucketMetadataAnnotationTableConfiguration", "UpdateBucketMetadataInventoryTableConfiguration"],
  ...["UpdateBucketMetadataJournalTableConfiguration"],
];

/** Actions on the account, which no bucket's policy decides. */
export const ACCOUNT_ACTIONS: readonly string[] = [
  ...["CreateJob", "GetAccessPoint", "GetAccountPublicAccessBlock", "ListAccessPoints", "ListAllMyBuckets", "ListJobs"],
  ...["ListMultiRegionAccessPoints", "ListStorageLensConfigurations", "PutAccountPublicAccessBlock"],
  ...["PutStorageLensConfiguration"],
];
