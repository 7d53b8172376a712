import { createHash } from "node:crypto";
import { pubSubLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import type { Inputs, TypeRules } from "../../rules/rules";
import { fieldsOf } from "./fields";
import { commonRules, path, verifyName } from "./names";
import { updateReferences } from "./topic";

export const schema: TypeRules = {
    noun: "Schema",
    generatedNoun: "PubsubSchema",
    cost: "free",
    ...commonRules("schemas"),
    verify: (inputs, _, old) => {
        verifyName("schemas", inputs);
        verifyDefinition(inputs);
        if (old && old.definition !== inputs.definition) {
            verifyRevision(inputs, old);
        }
    },
    changesOnUpdate: ["revisionId"],
    state: ({ name, type, definition = "" }) => ({
        revisionId: createHash("sha256").update([name, type, definition].join("\n")).digest("hex").slice(0, 8),
    }),
    // Topics of a deleted schema remain, but accept no messages.
    remove: ({ project, name }, context) => {
        updateReferences(context, `schemas/${name}`, ({ schemaSettings, project: own }) =>
            schemaSettings && path("schemas", schemaSettings.schema, own) === path("schemas", name, project)
                ? { schemaSettings: { ...schemaSettings, schema: "_deleted-schema_" } }
                : undefined,
        );
    },
    calls: {
        update: ["pubsub.projects.schemas.commit", "pubsub.projects.schemas.get"],
    },
};

/** "Schema overview": quotas and limits. */
function verifyDefinition({ type, definition = "" }: Inputs): void {
    if (type === "TYPE_UNSPECIFIED") {
        throw new GoogleError(400, "Invalid schema type: TYPE_UNSPECIFIED.");
    }
    if (Buffer.byteLength(definition) > pubSubLimits.rows.schema.max) {
        throw new GoogleError(400, "The schema definition exceeds the maximum size of 300KB.");
    }
    fieldsOf({ type, definition });
}

/** "Commit a schema revision": existing fields must keep their types. */
function verifyRevision(inputs: Inputs, old: Inputs): void {
    const refuse = (what: string) =>
        new GoogleError(
            400,
            `Compatibility checking failed to commit a schema revision. Revision is incompatible with previous revision: ${old.revisionId}. ${what}`,
        );
    if (inputs.type !== old.type) {
        throw refuse(`The type ${inputs.type} is not ${old.type}.`);
    }
    const before = fieldsOf(old as { type: string; definition: string });
    for (const [name, { type }] of Object.entries(fieldsOf(inputs as { type: string; definition: string }))) {
        const was = before[name]?.type;
        if (was !== undefined && was !== type) {
            throw refuse(`${name} of type ${type} is not compatible with ${name} of type ${was}.`);
        }
    }
}
