import { statSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { machineLimits } from "../../facts/machines/limits";
import * as check from "../../internal/arguments/check";
import { hashOf } from "../../internal/arguments/names";
import { installAgent } from "./agent";
import { exportsOf, type Variables } from "./variables";

/** A script is a value of the metadata. */
export function scriptProblems({ startupScript }: { startupScript?: string }): check.Problem[] {
    const { max, unit } = machineLimits.rows.metadataValue;
    const size = startupScript === undefined ? 0 : statSync(startupScript).size;
    const reason = `must have at most ${max} ${unit} (got ${size}). Let it load the rest from a bucket.`;
    return size > max ? [check.problem("startupScript", "compute/startup-script-too-long", reason)] : [];
}

const shebang = /^#![ \t]*(\S.*)/;

/**
 * The startup script: the agent, the variables, then the user's script with its interpreter.
 * https://cloud.google.com/compute/docs/instances/startup-scripts/linux
 *
 * @param script undefined if there is only an agent to install
 */
export function startupScript(
    script: string | undefined,
    variables: Variables,
    hasAgent = false,
): pulumi.Output<string> {
    const start = ["#!/bin/bash", "set -euo pipefail", ...(hasAgent ? [installAgent] : [])];
    if (script === undefined) {
        return pulumi.output([...start, ""].join("\n"));
    }
    if (!hasAgent && Object.keys(variables.plain).length === 0 && variables.secrets.length === 0) {
        return pulumi.output(script);
    }
    const interpreter = shebang.exec(script)?.[1]?.trim() ?? "/bin/bash";
    const end = `END_OF_SCRIPT_${hashOf(script, 8)}`;
    return exportsOf(variables).apply((exports) =>
        [
            ...start,
            ...(exports === "" ? [] : [exports]),
            "file=$(mktemp /run/startup-script.XXXXXX)",
            `cat > "$file" <<'${end}'`,
            script.replace(/\n$/, ""),
            end,
            `exec ${interpreter} "$file"`,
            "",
        ].join("\n"),
    );
}
