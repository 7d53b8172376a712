import type { PolicyResourceOptions } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";

/** What is wrong with a resource, each with the argument that corrects it; what is false is not wrong. */
export type Problems = string | false | undefined | (string | false | undefined)[];

/** A resource that is checked, besides its arguments. */
export interface Checked {
    type: string;
    name: string;
    urn: string;
    /** The options of the resource, such as `protect`. */
    opts: Pick<PolicyResourceOptions, "protect" | "parent">;
    /** The provider's configuration, such as `project`; none if the provider is unknown. */
    provider: Record<string, unknown>;
}

/** A resource of a stack, with its properties. */
export interface StackResource<Props = Record<string, unknown>> extends Checked {
    props: Props;
}

/** The resources of a stack. */
export interface Stack {
    /** The resources of the types with a token, or with one that matches a pattern. */
    of<Args = Record<string, unknown>>(type: string | RegExp): StackResource<Unwrap<Args>>[];
}

/** Checks resources of one type, or of the types whose tokens match a pattern. */
export interface Check {
    type: string | RegExp;
    /** Is called once for each resource. Reading a value that is not known before the deployment ends it, without a finding. */
    problems(props: never, resource: Checked, stack: Stack): Problems;
}

/** What resources must comply with. */
export interface Rule {
    /** In kebab-case, and unique. */
    name: string;
    /** What is required, as a sentence. */
    description: string;
    /** The recommendations of CIS Google Cloud Platform Foundation Benchmark that it covers, by version. */
    cis?: { "4.0"?: string[]; "5.0"?: string[] };
    /** The checks of Checkov that it covers. */
    checkov?: string[];
    /** A page of Google's documentation. */
    url: string;
    /**
     * Why programs can do without it, such as its cost: then it is advisory in production, and disabled in development.
     * @default none: it is mandatory in production
     */
    optional?: string;
    /** Whether it compares resources with each other. Such rules run after the preview, and after the deployment. */
    isAcrossStack: boolean;
    checks: Check[];
}

/** The type of a rule without what the functions below add. */
type Definition = Omit<Rule, "isAcrossStack" | "checks">;

/** A rule that resources comply with one by one, before each is created. */
export function rule(definition: Definition, ...checks: Check[]): Rule {
    return { ...definition, isAcrossStack: false, checks };
}

/** A rule that resources comply with together. */
export function stackRule(definition: Definition, ...checks: Check[]): Rule {
    return { ...definition, isAcrossStack: true, checks };
}

/** Checks the arguments of each resource of a type. */
export function each<Args>(
    type: string | RegExp,
    problems: (args: Unwrap<Args>, resource: Checked, stack: Stack) => Problems,
): Check {
    return { type, problems };
}

/** Whether a type's token is the one of a check, or matches its pattern. */
export function isOf(type: string, pattern: string | RegExp): boolean {
    return typeof pattern === "string" ? type === pattern : pattern.test(type);
}

/** The problems that a check finds; none while a value that it reads is unknown. */
export function findings(check: Check, resource: StackResource, stack: Stack): string[] {
    try {
        const found = check.problems(resource.props as never, resource, stack);
        return (Array.isArray(found) ? found : [found]).filter((problem) => typeof problem === "string");
    } catch (error) {
        // Pulumi's SDK for policies throws it where an unknown value is read, and does not export its class.
        if (error instanceof Error && "unknownTypeSentinel" in error) {
            return [];
        }
        throw error;
    }
}
