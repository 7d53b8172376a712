/** The resources of a stack as a configuration of OpenTofu, and its plan. */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { run } from "./programs.mjs";

const require = createRequire(import.meta.url);
const { find } = require("../../../dist/local/toolchain/process.js");
const { schemaOf } = require("../../../dist/local/simulator/schema/schema.js");

const provider = "google-beta";
const source = "hashicorp/google-beta";

/** Pulumi makes the names of repeated blocks plural. */
const singular = { lifecycle_rules: "lifecycle_rule" };

/**
 * Prepares a folder with the resources of a stack in OpenTofu; returns what plans them as new ones, without calls of Google's
 * APIs. Without OpenTofu or the provider it returns undefined, after a report that says why.
 */
export async function tofuPlan(resources, folder, report) {
    const tofu = find("tofu");
    if (!tofu) {
        report("OpenTofu: skipped, because 'tofu' is not on PATH");
        return undefined;
    }
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(configuration(resources), null, 4));
    const env = {
        ...process.env,
        GOOGLE_OAUTH_ACCESS_TOKEN: "none",
        TF_IN_AUTOMATION: "true",
        CHECKPOINT_DISABLE: "true",
    };
    const plan = () => run(tofu, ["plan", "-input=false", "-no-color"], { cwd: folder, env });
    try {
        await run(tofu, ["init", "-input=false", "-no-color"], { cwd: folder, env });
        await plan();
    } catch (error) {
        const reason = /Error: [\s\S]*|$/.exec(error.message)[0].replaceAll(/\s+/g, " ").slice(0, 300) || error.message;
        report(`OpenTofu: skipped, because it cannot plan with ${source}: ${reason}`);
        return undefined;
    }
    return plan;
}

/** The configuration of resources with their values and dependencies. */
export function configuration(resources) {
    const addresses = new Map(
        resources.flatMap(({ urn, type }) => {
            const terraform = schemaOf(type)?.terraform;
            return terraform
                ? [
                      [
                          urn,
                          `${terraform}.${urn
                              .split("::")
                              .at(-1)
                              .replaceAll(/[^\w-]/g, "_")}`,
                      ],
                  ]
                : [];
        }),
    );
    const resource = {};
    for (const { urn, type, inputs, dependencies = [] } of resources.filter(({ urn }) => addresses.has(urn))) {
        const [terraform, name] = addresses.get(urn).split(".");
        const depends_on = dependencies.flatMap((each) => addresses.get(each) ?? []);
        resource[terraform] ??= {};
        resource[terraform][name] = { ...block(inputs, schemaOf(type).properties), provider, depends_on };
    }
    return { terraform: { required_providers: { [provider]: { source } } }, resource };
}

/** The values of a block by Terraform's names; files by their paths. */
function block(values, properties) {
    const known = Object.entries(values).filter(([name]) => !name.startsWith("__"));
    return Object.fromEntries(
        known.map(([name, value]) => {
            const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
            return [singular[snake] ?? snake, converted(value, properties[name])];
        }),
    );
}

function converted(value, { fields } = {}) {
    if (Array.isArray(value)) {
        return value.map((each) => converted(each, { fields }));
    }
    if (typeof value !== "object") {
        return value;
    }
    // A file or archive of Pulumi.
    return value.path ?? (fields ? block(value, fields) : value);
}
