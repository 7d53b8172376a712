import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { type EnvironmentKind, environmentDefaults } from "./defaults";

/** What a stack's configuration says of its environment. */
export interface EnvironmentSettings {
    /** `gcp:project`: the id of the Google Cloud project. */
    "gcp:project": string;
    /** `gcp:region`: where regional resources are, such as `europe-west1`. */
    "gcp:region": string;
    /** `slipway:kind`: what the environment is for, which decides the defaults of every component. */
    "slipway:kind": EnvironmentKind;
    /** `slipway:environments`: the project of every stack of the program, by stack name. */
    "slipway:environments"?: Record<string, string>;
    /**
     * `slipway:protection`: `off` lets a production environment be taken down: `up` once, so that the protection is
     * lifted, then `destroy`.
     * @default "on"
     */
    "slipway:protection"?: "on" | "off";
    /**
     * `slipway:enableApis`: whether components enable the APIs that they need.
     * @default true
     */
    "slipway:enableApis"?: boolean;
}

/** "Creating and managing projects": a project's id. */
const projectId = check.matching(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "must be a project id: 6 to 30 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen",
);

const settings = check.options<EnvironmentSettings>(
    {
        "gcp:project": projectId,
        "gcp:region": check.matching(
            /^[a-z]+-[a-z]+\d+$/,
            "must be a region such as europe-west1\nA zone or a multi-region is none: functions, jobs and clusters live in one region.",
        ),
        "slipway:kind": check.oneOf(...Object.keys(environmentDefaults)),
        "slipway:environments": check.record(check.text(), projectId),
        "slipway:protection": check.oneOf("on", "off"),
        "slipway:enableApis": check.flag(),
    },
    "gcp:project",
    "gcp:region",
    "slipway:kind",
);

/** Reads and checks the stack's configuration; what is missing is told with the command that sets it. */
export function readSettings(stack: string): EnvironmentSettings {
    const gcp = new pulumi.Config("gcp");
    const slipway = new pulumi.Config("slipway");
    const given: EnvironmentSettings = {
        "gcp:project": gcp.get("project") as string,
        "gcp:region": gcp.get("region") as string,
        "slipway:kind": slipway.get("kind") as EnvironmentKind,
        "slipway:environments": slipway.getObject("environments"),
        "slipway:protection": slipway.get("protection") as "on" | "off" | undefined,
        "slipway:enableApis": slipway.getBoolean("enableApis"),
    };
    const component = `Environment "${stack}"`;
    const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const found = check.checked(component, present as unknown as EnvironmentSettings, settings);
    const expected = found["slipway:environments"]?.[stack];
    if (expected !== undefined && expected !== found["gcp:project"]) {
        const reason = `must be the project of this stack in slipway:environments, ${expected} (got "${found["gcp:project"]}"). Correct one of the two.`;
        throw new pulumi.InputPropertiesError({
            message: `${component}: gcp:project: ${reason}`,
            errors: [{ propertyPath: "gcp:project", reason }],
        });
    }
    return found;
}
