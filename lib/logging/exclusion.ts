import { ProjectExclusion, type ProjectExclusionArgs } from "@pulumi/gcp/logging/projectExclusion";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { inEnvironment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { type Transform, transforms } from "../internal/engine/children";
import { description, filter } from "./filter";

/** The arguments of a {@link LogExclusion}. */
export interface LogExclusionArgs extends ComponentArgs {
    /**
     * Which log entries are not stored, in the {@link https://cloud.google.com/logging/docs/view/logging-query-language Logging query
     * language}, at most 20,000 characters: `httpRequest.requestUrl:"/healthz" AND severity<ERROR`. With `sample(insertId, 0.99)`, 99 % of
     * the entries that match.
     */
    filter: pulumi.Input<string>;
    /**
     * The name of the exclusion: up to 100 letters, digits and `_-.`. Changing this replaces the exclusion.
     * @default the component's name
     */
    name?: string;
    /**
     * The description of the exclusion: at most 8,000 characters.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * Pauses the exclusion: log entries are stored.
     * @default false
     */
    paused?: boolean;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { exclusion?: Transform<ProjectExclusionArgs> };
}

const logExclusionArgs = check.options<LogExclusionArgs>(
    {
        filter: check.pipe(
            filter,
            check.refine(
                (value) => typeof value !== "string" || value.trim() !== "",
                "must not be empty, as no log entry would be stored",
            ),
        ),
        name: check.nameOf(nameFormats.rows.logSink),
        description,
        paused: check.flag(),
        transform: transforms("exclusion"),
        ...componentArgs,
    },
    "filter",
);

/**
 * Prevents log entries from being stored in the log bucket `_Default` of the project, where they are billed. It is an {@link
 * https://cloud.google.com/logging/docs/routing/overview#exclusions exclusion} of the sink that Google created with the project. Other
 * sinks, including the sinks of folders and the organization, have {@link
 * https://github.com/hashicorp/terraform-provider-google/issues/29165 their own exclusions}.
 * @example
 * ```ts
 * new LogExclusion("probes", { filter: 'httpRequest.requestUrl:"/healthz" AND severity<ERROR' });
 * ```
 */
export class LogExclusion extends pulumi.ComponentResource {
    /** The exclusion itself. */
    readonly exclusion: ProjectExclusion;

    constructor(name: string, args: LogExclusionArgs, options?: pulumi.ComponentResourceOptions) {
        const resolved = check.checked(`LogExclusion "${name}"`, check.withDefaults(args, { name }), logExclusionArgs);
        super("slipway:index:LogExclusion", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["logging.googleapis.com"] });
        const { filter, description, paused: disabled } = resolved;
        this.exclusion = new ProjectExclusion(
            ...child("exclusion", name, { name: resolved.name, filter, description, disabled }),
        );
        this.registerOutputs({ exclusion: this.exclusion });
    }
}
