import { pubSubLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { canEncrypt } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { verifyIngestion } from "./ingestion";
import { agent, commonRules, path, pubsubName, schemaNotFound, verifyCount, verifyDuration, verifyName } from "./names";
import { verifyTransforms } from "./transforms";

export const topic: TypeRules = {
    noun: "Topic",
    generatedNoun: "PubsubTopic",
    sendsOnlyChanges: true,
    ...commonRules("topics"),
    verify: (inputs, { cloud }, old) => {
        verifyName("topics", inputs);
        if (!old) {
            verifyCount("topics", inputs, cloud);
        }
        verifyKey(inputs, cloud);
        verifyDuration(
            "topic.message_retention_duration",
            inputs.messageRetentionDuration,
            pubSubLimits.rows.topicRetention,
        );
        verifyRegions(inputs);
        verifyTransforms(inputs.messageTransforms);
        verifyIngestion(inputs);
        const { schemaSettings, project } = inputs;
        const schema = schemaSettings && path("schemas", schemaSettings.schema, project);
        if (schema && !cloud.store.read(pubsubName(schema))) {
            throw schemaNotFound(schema);
        }
    },
    // Subscriptions of a deleted topic remain, with their messages; they do not belong to a new topic of the same name.
    remove: ({ project, name }, context) => {
        updateReferences(context, path("topics", name, project), () => ({ topic: "_deleted-topic_" }));
    },
    calls: {
        also: {
            create: ({ schemaSettings }) =>
                schemaSettings?.schema
                    ? [
                          {
                              method: "pubsub.projects.schemas.attach",
                              on: `//pubsub.googleapis.com/${schemaSettings.schema}`,
                          },
                      ]
                    : [],
        },
    },
};

/** "Configure message encryption": keys of any location, usable by Pub/Sub's service agent. */
function verifyKey({ kmsKeyName: key, project }: Inputs, cloud: Cloud): void {
    const account = agent(cloud, project);
    if (key && !/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/.test(key)) {
        throw new GoogleError(
            400,
            `Invalid KMS key name: ${key}. It must be projects/*/locations/*/keyRings/*/cryptoKeys/*.`,
        );
    }
    if (key && !canEncrypt(cloud, key, account)) {
        throw new GoogleError(
            400,
            `Cloud Pub/Sub did not have the necessary permissions configured to support this operation. Please verify that the service account ${account} was granted the Cloud KMS CryptoKey Encrypter/Decrypter role for the project containing the CryptoKey resource ${key}.`,
        );
    }
}

/** "Configure message storage policies". */
function verifyRegions({ messageStoragePolicy }: Inputs): void {
    if (messageStoragePolicy?.allowedPersistenceRegions?.length === 0) {
        throw new GoogleError(400, "Invalid message storage policy: at least one region is needed.");
    }
    for (const region of messageStoragePolicy?.allowedPersistenceRegions ?? []) {
        if (!isRegion(region)) {
            throw new GoogleError(400, `Invalid message storage policy: ${region} is not a valid region.`);
        }
    }
}

/** Updates resources that refer to a deleted resource, found by `Store.referring`. */
export function updateReferences({ cloud }: Context, key: string, change: (state: Inputs) => Inputs | undefined): void {
    for (const item of cloud.store.referring(key)) {
        const changed = change(item.state);
        if (changed) {
            cloud.store.write({ ...item, state: { ...item.state, ...changed } });
        }
    }
}
