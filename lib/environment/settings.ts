import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { refusal } from "../internal/refusal";
import { setEnvironments, setWith } from "./command";
import { type EnvironmentKind, environmentDefaults } from "./defaults";
import { type EnvironmentEntry, entries, misfits, strangeProject } from "./entries";
import { projectId } from "./projectId";

/** What a stack's configuration says of its environment. */
export interface EnvironmentSettings {
    /** `gcp:project`: the id of the Google Cloud project. */
    "gcp:project": string;
    /** `gcp:region`: where regional resources are, such as `europe-west1`. */
    "gcp:region": string;
    /** `slipway:kind`: what the environment is for, which decides the defaults of every component. */
    "slipway:kind": EnvironmentKind;
    /**
     * `slipway:environments`: every environment of the program, by stack name: its project, or more of it. It belongs into
     * `Pulumi.yaml`, so that all stacks have the same. A stack that has the project of another is refused, and so is a
     * resource that refers to one.
     * @default a stack may have any project
     */
    "slipway:environments"?: Record<string, EnvironmentEntry>;
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

const settings = check.options<EnvironmentSettings>(
    {
        "gcp:project": projectId,
        "gcp:region": check.matching(
            /^[a-z]+-[a-z]+\d+$/,
            "must be a region such as europe-west1, not a zone or a multi-region",
        ),
        "slipway:kind": check.oneOf(...Object.keys(environmentDefaults)),
        "slipway:environments": entries,
        "slipway:protection": check.oneOf("on", "off"),
        "slipway:enableApis": check.flag(),
    },
    "gcp:project",
    "gcp:region",
    "slipway:kind",
);

/** How a setting that is missing or wrong is mended. */
const commands: Record<keyof EnvironmentSettings, string> = {
    "gcp:project": setWith("gcp:project", "<project id>"),
    "gcp:region": setWith("gcp:region", "<region>"),
    "slipway:kind": setWith("slipway:kind", "<kind>"),
    "slipway:environments": setEnvironments,
    "slipway:protection": setWith("slipway:protection", "<on or off>"),
    "slipway:enableApis": setWith("slipway:enableApis", "<true or false>"),
};

/** Reads and checks the stack's configuration; what is missing or wrong is told with the command that sets it. */
export function readSettings(stack: string): EnvironmentSettings {
    const all = Object.entries(pulumi.runtime.allConfig());
    const own = all.filter(([key]) => key.startsWith("slipway:") || key in commands);
    const given = Object.fromEntries(own.map(([key, text]) => [key, isStructured(key) ? parsed(text) : text]));
    const together = (found: EnvironmentSettings) => {
        const { "gcp:project": project, "slipway:kind": kind, "slipway:environments": environments = {} } = found;
        return misfits({ stack, project, kind, environments });
    };
    return check.checked(
        `Environment "${stack}"`,
        given as unknown as EnvironmentSettings,
        settings,
        together,
        commands,
    );
}

/**
 * What a stack knows of all environments before anything asks for its other settings; nothing where it says nothing, or
 * what its environment will refuse. Only another stack's project is refused here too, as what is made before any component
 * would be made in it.
 */
export function knownEnvironments(stack: string) {
    const environments = environmentsOf(pulumi.runtime.getConfig("slipway:environments"));
    if (!environments) {
        return undefined;
    }
    const project = pulumi.runtime.getConfig("gcp:project") ?? environments[stack]?.project;
    const strange = project === undefined ? undefined : strangeProject({ stack, project, environments });
    if (strange) {
        throw refusal(`Environment "${stack}"`, [strange]);
    }
    return { project, environments };
}

function environmentsOf(text: string | undefined): Record<string, EnvironmentEntry> | undefined {
    try {
        return text === undefined
            ? undefined
            : (check.checked("", parsed(text), entries) as Record<string, EnvironmentEntry>);
    } catch {
        return undefined;
    }
}

function isStructured(key: string): boolean {
    return key === "slipway:environments" || key === "slipway:enableApis";
}

/** A structured value, which the configuration has as JSON; any other text is left for the checks to refuse. */
function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
