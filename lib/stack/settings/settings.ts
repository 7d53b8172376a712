import * as pulumi from "@pulumi/pulumi";
import { argumentsError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { regionCheck } from "../../internal/arguments/locations";
import { setEnvironments, setWith } from "./command";
import { type EnvironmentKind, environmentDefaults } from "./defaults";
import { type EnvironmentEntry, entries, environmentProblems, projectProblem } from "./entries";
import { projectId } from "./projectId";

/** The configuration of an environment's stack. */
export interface EnvironmentSettings {
    /** The project ID. */
    "gcp:project": string;
    /** The region of regional resources, such as `europe-west1`. */
    "gcp:region": string;
    /** The kind of the environment, which selects the defaults of all components. */
    "slipway:kind": EnvironmentKind;
    /**
     * All environments by stack name, each as a project ID or an {@link EnvironmentEntry}. Set it in `Pulumi.yaml`, so that all
     * stacks share it. A stack with another stack's project is refused, and so is a resource that references one.
     * @default none: a stack may use any project
     */
    "slipway:environments"?: Record<string, EnvironmentEntry>;
    /**
     * `off` lifts the protection of production: run `up` to apply it, then `destroy`.
     * @default "on"
     */
    "slipway:protection"?: "on" | "off";
    /**
     * Lets components enable the APIs that they need.
     * @default true
     */
    "slipway:enableApis"?: boolean;
    /**
     * Lets slipway also change resources that are in no component, such as `gcp.pubsub.Topic` of the program itself. The boundary between
     * environments holds for them nevertheless.
     * @default true
     */
    "slipway:otherResources"?: boolean;
    /**
     * Accepts, with a warning, a `gcp:region` that this release of slipway does not list.
     * @default false: it is refused
     */
    "slipway:allowUnlisted"?: boolean;
}

const settings = check.options<EnvironmentSettings>(
    {
        "gcp:project": projectId,
        "gcp:region": regionCheck(
            "must be a region such as europe-west1, not a zone or a multi-region",
            "update slipway or run 'pulumi config set slipway:allowUnlisted true'.",
        ),
        "slipway:kind": check.oneOf(...(Object.keys(environmentDefaults) as EnvironmentKind[])),
        "slipway:environments": entries,
        "slipway:protection": check.oneOf("on", "off"),
        "slipway:enableApis": check.flag(),
        "slipway:otherResources": check.flag(),
        "slipway:allowUnlisted": check.flag(),
    },
    "gcp:project",
    "gcp:region",
    "slipway:kind",
);

/** The hint that ends an error of each setting. */
const commands: Record<keyof EnvironmentSettings, string> = {
    "gcp:project": setWith("gcp:project", "<project id>"),
    "gcp:region": setWith("gcp:region", "<region, such as europe-west1>"),
    "slipway:kind": setWith("slipway:kind", "<development, staging or production>"),
    "slipway:environments": setEnvironments,
    "slipway:protection": setWith("slipway:protection", "<on or off>"),
    "slipway:enableApis": setWith("slipway:enableApis", "<true or false>"),
    "slipway:otherResources": setWith("slipway:otherResources", "<true or false>"),
    "slipway:allowUnlisted": setWith("slipway:allowUnlisted", "<true or false>"),
};

/** Reads and validates the stack configuration; each error ends with the command that corrects it. */
export function readSettings(stack: string): EnvironmentSettings {
    const all = Object.entries(pulumi.runtime.allConfig());
    const own = all.filter(([key]) => key.startsWith("slipway:") || key in commands);
    const values = Object.fromEntries(own.map(([key, text]) => [key, isStructured(key) ? parsed(text) : text]));
    if ("slipway:environments" in values) {
        values["slipway:environments"] = completed(stack, values["slipway:environments"]);
    }
    const together = (found: EnvironmentSettings) => {
        const { "gcp:project": project, "slipway:kind": kind, "slipway:environments": environments = {} } = found;
        return environmentProblems({ stack, project, kind, environments });
    };
    return check.checked(
        `Environment "${stack}"`,
        values as unknown as EnvironmentSettings,
        settings,
        together,
        commands,
    );
}

/**
 * Returns the environments of a program that has some before the other settings are read; undefined if they are invalid, which the
 * {@link Environment} reports. Only another stack's project is refused here as well, before any resource is created in it.
 */
export function knownEnvironments(stack: string) {
    const environments = environmentsOf(stack, pulumi.runtime.getConfig("slipway:environments") as string);
    if (!environments) {
        return undefined;
    }
    const project = pulumi.runtime.getConfig("gcp:project") ?? environments[stack]?.project;
    const strange = project === undefined ? undefined : projectProblem({ stack, project, environments });
    if (strange) {
        throw argumentsError(`Environment "${stack}"`, [strange]);
    }
    return { project, environments };
}

function environmentsOf(stack: string, text: string): Record<string, EnvironmentEntry> | undefined {
    try {
        return check.checked("", completed(stack, parsed(text)) as Record<string, EnvironmentEntry>, entries);
    } catch {
        return undefined;
    }
}

/** Loaded only for a program that has environments. */
function completed(stack: string, environments: unknown): unknown {
    const { withProjects }: typeof import("./stackProjects") = require("./stackProjects");
    return withProjects(stack, environments);
}

function isStructured(key: string): boolean {
    return ["slipway:environments", "slipway:enableApis", "slipway:otherResources", "slipway:allowUnlisted"].includes(
        key,
    );
}

/** Parses a structured value, which is JSON in the configuration. Invalid JSON is left for the checks to refuse. */
function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
