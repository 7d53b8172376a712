import { pubSubLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { verifyKey } from "./key";
import { named, noSchema, path, pubsubName, verifyCount, verifyDuration, verifyName } from "./names";

export const topic: TypeRules = {
    noun: "Topic",
    generatedNoun: "PubsubTopic",
    ...named("topics"),
    verify: (inputs, { cloud }, old) => {
        verifyName("topics", inputs);
        if (!old) {
            verifyCount("topics", inputs, cloud);
        }
        verifyKey(inputs, cloud);
        verifyDuration("message_retention_duration", inputs.messageRetentionDuration, pubSubLimits.rows.topicRetention);
        verifyRegions(inputs);
        const { schemaSettings, project } = inputs;
        const schema = schemaSettings && path("schemas", schemaSettings.schema, project);
        if (schema && !cloud.store.read(pubsubName(schema))) {
            throw noSchema(schema);
        }
    },
    // Its subscriptions stay, with what they have not delivered; a new topic of the same name is not theirs.
    remove: ({ project, name }, context) => {
        forget(context, path("topics", name, project), () => ({ topic: "_deleted-topic_" }));
    },
};

/** "Configure message storage policies". */
function verifyRegions({ messageStoragePolicy }: Inputs): void {
    for (const region of messageStoragePolicy?.allowedPersistenceRegions ?? []) {
        if (!isRegion(region)) {
            throw new GoogleError(400, `Invalid message storage policy: ${region} is not a valid region.`);
        }
    }
}

/** Changes what refers to a thing that is gone: `Store.referring` finds it by this key. */
export function forget({ cloud }: Context, key: string, change: (state: Inputs) => Inputs | undefined): void {
    for (const each of cloud.store.referring(key)) {
        const changed = change(each.state);
        if (changed) {
            cloud.store.write({ ...each, state: { ...each.state, ...changed } });
        }
    }
}
