import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/** Where a store keeps its objects. */
export interface Bucket {
  readonly client: S3Client;
  readonly bucketName: string;
}

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The object, or undefined when there is none; anything else that goes wrong is thrown. */
export async function readObject({ client, bucketName }: Bucket, key: string): Promise<StoredObject | undefined> {
  try {
    const { Body, Metadata } = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
    return Body === undefined ? undefined : { bytes: await Body.transformToByteArray(), metadata: Metadata ?? {} };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** Replaces the object whole. */
export async function writeObject(
  { client, bucketName }: Bucket,
  key: string,
  body: { bytes: Uint8Array; contentType: string; metadata?: Record<string, string> },
): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: bucketName,
      Key: key,
      Body: body.bytes,
      ContentType: body.contentType,
      ...(body.metadata === undefined ? {} : { Metadata: body.metadata }),
    }),
  );
}
