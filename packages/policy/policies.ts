import type {
    EnforcementLevel,
    Policies,
    PolicyProviderResource,
    ResourceValidation,
    ResourceValidationArgs,
    StackValidation,
    StackValidationArgs,
} from "@pulumi/policy";
import { RunError } from "@pulumi/pulumi";
import { checkExemptions, type Exemption, exemptionsOf, isCurrent, today } from "./exemptions";
import { findings, isOf, type Rule, type Stack, type StackResource } from "./rule";
import { rules } from "./rules";
import { type EnvironmentKind, kindOfStack, observeStack } from "./stackSettings";

/** How the engine treats what breaks a rule: `mandatory` refuses it, `advisory` reports it. */
export type Enforcement = Exclude<EnforcementLevel, "remediate">;

/** Options of {@link policies}. */
export interface PolicyOptions {
    /**
     * The kinds of environments by stack name, for programs without slipway.
     * @default `slipway:kind` of the stack's configuration; without one all stacks are production
     */
    environments?: Record<string, EnvironmentKind>;
    /**
     * The enforcement of rules by name, in all environments or by the kind of the environment.
     * @default in development rules are advisory, and optional rules disabled; in staging and production rules are mandatory, and
     * optional rules advisory
     */
    enforcement?: Record<string, Enforcement | Partial<Record<EnvironmentKind, Enforcement>>>;
    /**
     * Resources that may break a rule, each with a reason and an end.
     * @default none
     */
    exemptions?: Exemption[];
}

const strict = { required: "mandatory", optional: "advisory" } as const;
const defaults = {
    development: { required: "advisory", optional: "disabled" },
    staging: strict,
    production: strict,
} as const;

/**
 * The rules as policies of Pulumi, for the `policies` of a `PolicyPack`.
 *
 * They read the arguments of resources of `@pulumi/gcp`, in programs in any language, with slipway or without.
 */
export function policies(options: PolicyOptions = {}): Policies {
    const { environments, enforcement = {}, exemptions = [] } = options;
    const unknown = Object.keys(enforcement).filter((name) => !rules.some((each) => each.name === name));
    if (unknown.length > 0) {
        throw new RunError(`The policies have an enforcement of unknown rules: ${unknown.join(", ")}.`);
    }
    checkExemptions(exemptions, rules);
    observeStack();
    return rules.map((rule) => {
        const policy = policyOf(rule, exemptions);
        // The stack is only known when the engine asks for the level.
        const level = () => levelOf(rule, kindOfStack(environments), enforcement[rule.name]);
        return Object.defineProperty(policy, "enforcementLevel", { get: level, enumerable: true });
    });
}

/** How a rule is enforced in an environment. */
export function levelOf(
    { optional }: Pick<Rule, "optional">,
    kind: EnvironmentKind,
    chosen?: Enforcement | Partial<Record<EnvironmentKind, Enforcement>>,
): Enforcement {
    const ofKind = typeof chosen === "string" ? chosen : chosen?.[kind];
    return ofKind ?? defaults[kind][optional === undefined ? "required" : "optional"];
}

/** A rule as a policy, which reports nothing that is exempted. */
export function policyOf(rule: Rule, exemptions: Exemption[], now = today): Policies[number] {
    const { name, description, url, isAcrossStack } = rule;
    const reported = (resource: StackResource, stack: Stack): string[] =>
        problemsOf(rule, resource, stack).flatMap((problem) => {
            const found = exemptionsOf(exemptions, { rule: name, name: resource.name, urn: resource.urn });
            if (found.some((each) => isCurrent(each, now))) {
                return [];
            }
            const ended = found.map(({ until, reason }) => `The exemption ended on ${until}: ${reason}`);
            return [[problem, ...ended, references(rule)].join("\n")];
        });
    const shared = { name, description, url, tags: identifiers(rule) };
    if (isAcrossStack) {
        const validateStack: StackValidation = ({ resources }, report) => {
            const all = resources.map(stackResource);
            const stack = stackOf(all);
            for (const resource of all) {
                for (const message of reported(resource, stack)) {
                    report(message, resource.urn);
                }
            }
        };
        return { ...shared, validateStack: ofType(rule, validateStack) };
    }
    const validateResource: ResourceValidation = (args, report) => {
        if (!rule.checks.some(({ type }) => isOf(args.type, type))) {
            args.notApplicable();
        }
        const resource = stackResource(args);
        for (const message of reported(resource, stackOf([resource]))) {
            report(message);
        }
    };
    return { ...shared, validateResource: ofType(rule, validateResource) };
}

/**
 * Marks a validation of one type as the functions of Pulumi's SDK do, which then does not convert the arguments of resources of other types
 * for it: more than half of the time of a pack.
 */
function ofType<Validation extends object>({ checks }: Rule, validation: Validation): Validation {
    const [type, ...others] = new Set(checks.map((check) => check.type));
    return typeof type === "string" && others.length === 0
        ? Object.assign(validation, { __pulumiType: type })
        : validation;
}

/** What is wrong with a resource according to a rule. */
export function problemsOf(rule: Rule, resource: StackResource, stack: Stack): string[] {
    return rule.checks
        .filter(({ type }) => isOf(resource.type, type))
        .flatMap((check) => findings(check, resource, stack));
}

/** The resources of a stack by type. */
export function stackOf(resources: StackResource[]): Stack {
    return { of: (type) => resources.filter((each) => isOf(each.type, type)) as StackResource<never>[] };
}

type Validated = (ResourceValidationArgs | StackValidationArgs["resources"][number]) & {
    provider?: PolicyProviderResource;
};

function stackResource({ type, name, urn, opts, props, provider }: Validated): StackResource {
    return { type, name, urn, opts, props, provider: provider?.props ?? {} };
}

/** The identifiers of a rule elsewhere: `CIS 5.0 5.2`, `CKV_GCP_29`. */
export function identifiers({ cis = {}, checkov = [] }: Pick<Rule, "cis" | "checkov">): string[] {
    const ofCis = Object.entries(cis).flatMap(([version, ids]) => ids.map((id) => `CIS ${version} ${id}`));
    return [...ofCis, ...checkov];
}

function references(rule: Rule): string {
    return [...identifiers(rule), rule.url].join(", ");
}
