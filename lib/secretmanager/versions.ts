import type { SecretVersionArgs } from "@pulumi/gcp/secretmanager/secretVersion";
import * as pulumi from "@pulumi/pulumi";
import { deferredError, programPlace } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { display, displayKnown } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import {
    type ExternalValue,
    type GeneratedValue,
    type GivenValue,
    generate,
    generateValue,
    secretOutput,
    validateValue,
} from "./value";

/** What happens to a version whose value changes, or which is removed from the program. */
export type ReplacedVersion = "destroy" | "disable" | "keep";

/** One of several versions of a secret, whose value is generated or passed in. */
export type NamedSecretVersion = check.OneOf<GeneratedValue | GivenValue> & {
    /**
     * Whether nobody can read the version, which keeps its value
     * ({@link https://cloud.google.com/secret-manager/docs/disable-secret-version disabled versions}). Changing this updates it.
     * @default false
     */
    disabled?: boolean;
    /**
     * What happens to the version when its value changes or it is removed from `versions`, after its consumers use another version.
     * @default the argument `replaced` of the secret
     */
    replaced?: ReplacedVersion;
};

/** Several values at the same time, such as the old and the new key during a rotation. */
export interface SeveralVersions {
    /**
     * The versions, by names of your choice: up to 40 lower-case letters, digits and `-`, starting with a letter. Secret Manager does not
     * know the names: it numbers versions in the order of their creation. New versions are created in the order of the program, so that
     * the last of them is `latest`. A version with a new value is created again, and is then `latest`. A version that is removed is
     * destroyed, except as `replaced` specifies.
     */
    versions: Record<string, NamedSecretVersion>;
}

/** The values of a secret. */
export type SecretValues = check.OneOf<GeneratedValue | GivenValue | ExternalValue | SeveralVersions>;

/** Checks what happens to a version that is replaced or removed. */
export const replacedVersion = check.oneOf("destroy", "disable", "keep");

const name = "[a-z]([a-z0-9-]{0,38}[a-z0-9])?";

/** Checks the values of a secret. */
export const valueChecks = {
    generate,
    value: secretOutput,
    external: check.custom<true>((value) => value === true, "must be true, or left out"),
    versions: check.record(
        check.matching(
            new RegExp(`^(?!latest$)${name}$`),
            "a version's name must have up to 40 lower-case letters, digits and -, start with a letter, and not be latest",
        ),
        check.options<NamedSecretVersion>({
            generate,
            value: secretOutput,
            disabled: check.flag(),
            replaced: replacedVersion,
        }),
    ),
};

const number = "latest|[1-9]\\d*";

/** Checks the version of a secret. */
export const secretVersion = check.matching(
    new RegExp(`^(${number})$`),
    'must be a version\'s number, such as "3", or "latest"',
);

/** Checks the version of a secret, which can be one of `versions`. */
export const namedVersion = check.matching(
    new RegExp(`^(${number}|${name})$`),
    'must be a version\'s number, such as "3", "latest", or a name in versions',
);

/** The arguments of a secret that are about its versions. */
export type VersionedArgs = SecretValues & { version?: pulumi.Input<string>; replaced: ReplacedVersion };

/** The problems of the values, and of the version that consumers read. */
export function versionProblems(args: VersionedArgs): (check.Problem | undefined)[] {
    const { value, external, generate, versions, version } = args;
    const sources = Object.entries({ generate, value, external, versions }).flatMap(([key, one]) =>
        one === undefined ? [] : [key],
    );
    return [
        check.when(
            sources.length > 1,
            "",
            "secretmanager/several-sources",
            `only one of generate, value, external, versions can be set (got ${sources.join(", ")}).`,
        ),
        check.when(
            external && args.replaced !== "destroy",
            "replaced",
            "secretmanager/replaced-of-external",
            `has no effect on an external secret, whose versions are not managed here (got "${args.replaced}").`,
        ),
        check.when(
            versions !== undefined && Object.keys(versions).length === 0,
            "versions",
            "secretmanager/versions-empty",
            "must have a version at least (got {}). For a secret whose versions are added outside of the program, set external: true without versions.",
        ),
        ...Object.entries(versions ?? {}).map(([name, one]) =>
            check.when(
                one.generate !== undefined && one.value !== undefined,
                `versions.${name}`,
                "secretmanager/version-with-two-sources",
                "only one of generate, value can be set.",
            ),
        ),
        typeof version === "string" ? consumedProblem(version, versions) : undefined,
    ];
}

/** The problem of the version that consumers read. */
function consumedProblem(
    version: string,
    versions: SeveralVersions["versions"] = {},
    shown = display(version),
): check.Problem | undefined {
    const names = Object.keys(versions);
    const isName = !new RegExp(`^(${number})$`).test(version);
    if (isName && !names.includes(version)) {
        const known = names.length === 0 ? "versions has no names" : `versions has ${names.join(", ")}`;
        const reason = `must be a version's number, "latest", or a name in versions (got ${shown}): ${known}.`;
        return check.problem("version", "secretmanager/version-unknown", reason);
    }
    return check.when(
        versions[version]?.disabled,
        "version",
        "secretmanager/version-disabled",
        `must be a version that consumers can read: ${shown} is disabled.`,
    );
}

const deletionPolicies = { destroy: "DELETE", disable: "DISABLE", keep: "ABANDON" } as const;

/** The note in the preview of a new external secret, whose readers cannot be deployed before it has a version. */
export function externalNote(
    component: string,
    name: string,
    args: {
        external?: true;
        name: pulumi.Input<string>;
        encryptionKey?: unknown;
        notifications?: unknown;
        replicas?: unknown;
    },
    { project, region }: { project: string; region?: string },
): string | undefined {
    const id = typeof args.name === "string" ? args.name : "<secret>";
    const place = `--project=${project}${region === undefined ? "" : ` --location=${region}`}`;
    const hasOthers = [args.encryptionKey, args.notifications, args.replicas].some((each) => each !== undefined);
    const others = hasOthers ? " (and a --target for each of its keys and topics that this program creates)" : "";
    const create = `pulumi up -s ${pulumi.getStack()} --target '**Environment**' --target '**::${name}'${others}`;
    return args.external
        ? `${component}: what reads this external secret cannot be deployed before it has a version. Create the secret first, then add a version, then deploy the rest:\n  ${create}\n  gcloud secrets versions add ${id} ${place} --data-file=key.txt`
        : undefined;
}

/** A version that the program creates. */
interface CreatedVersion extends pulumi.Resource {
    readonly version: pulumi.Output<string>;
}

/** The versions that a secret has in the program. */
export interface CreatedVersions<Version> {
    /** The versions by name. */
    named: Record<string, Version>;
    /** The version that consumers read unless `version` is a number; undefined for an external secret. */
    current?: Version;
    /** The number of the version that consumers read, or `latest`; known only after a version exists. */
    consumed: pulumi.Input<string>;
}

/**
 * Creates the versions of a secret.
 *
 * @param component the component in errors: `Secret "api-key"`
 * @param secret the resource name of the secret
 * @param type the provider's type of versions
 */
export function createVersions<Version extends CreatedVersion>(
    component: string,
    name: string,
    secret: pulumi.Output<string>,
    args: VersionedArgs,
    type: new (
        ...args: [string, SecretVersionArgs & { secretData: pulumi.Input<string> }, pulumi.CustomResourceOptions]
    ) => Version,
    child: Child,
): CreatedVersions<Version> {
    const create = (part: string, path: string, one: NamedSecretVersion, own: object, after: Version[]) => {
        const { value, replaced = args.replaced } = one;
        // Each run generates another value, which is ignored until the trigger changes. The engine then creates a new version,
        // with the value of that run, before it deletes the old one.
        const options = value
            ? { replacementTrigger: "given", dependsOn: after }
            : { ignoreChanges: ["secretData"], replacementTrigger: { ...one.generate }, dependsOn: after };
        const secretData = value ? validateValue(component, value, path) : pulumi.secret(generateValue(one.generate));
        const inputs = { secret, secretData, deletionPolicy: deletionPolicies[replaced], ...own };
        return new type(...child("version", part, inputs, options));
    };
    if (args.external) {
        return { named: {}, consumed: args.version ?? "latest" };
    }
    if (!args.versions) {
        const current = create(name, "value", args, {}, []);
        return { named: {}, current, consumed: consumedVersion(component, args, {}, current) };
    }
    const named: Record<string, Version> = {};
    for (const [key, one] of Object.entries(args.versions)) {
        // In this order, so that it decides which version is the latest.
        const after = Object.values(named).slice(-1);
        named[key] = create(`${name}-${key}`, `versions.${key}.value`, one, { enabled: !one.disabled }, after);
    }
    const current = named[currentName(args.versions, args.version)] as Version;
    return { named, current, consumed: consumedVersion(component, args, named, current) };
}

/** The version that consumers read by name, or the last one that is not disabled. */
function currentName(versions: SeveralVersions["versions"], version: pulumi.Input<string> | undefined): string {
    const names = Object.keys(versions);
    const enabled = names.filter((name) => !versions[name]?.disabled);
    return String(names.find((name) => name === version) ?? enabled.at(-1) ?? names.at(-1));
}

function consumedVersion<Version extends CreatedVersion>(
    component: string,
    { version, versions }: VersionedArgs,
    named: Record<string, Version>,
    current: Version,
): pulumi.Input<string> {
    if (version === undefined) {
        return current.version;
    }
    const place = programPlace();
    const numbers = Object.fromEntries(Object.entries(named).map(([name, one]) => [name, one.version]));
    return pulumi.all([version, current.version, numbers]).apply(async ([selected, , known]) => {
        const problem = consumedProblem(selected, versions, await displayKnown(version, selected));
        if (problem !== undefined) {
            throw deferredError(component, [problem], place);
        }
        return known[selected] ?? selected;
    });
}
