import {
    WorkloadIdentityPool as Pool,
    type WorkloadIdentityPoolArgs as PoolArgs,
} from "@pulumi/gcp/iam/workloadIdentityPool";
import {
    WorkloadIdentityPoolProvider,
    type WorkloadIdentityPoolProviderArgs,
} from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { inEnvironment } from "../environment/environment";
import { workloadIdentityLimits } from "../facts/limits/iam";
import { nameFormats, poolId } from "../facts/names";
import { isSharedIssuer } from "../facts/tokenIssuers";
import type { NamedMember } from "../internal/access/member";
import * as check from "../internal/arguments/check";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { freshName, suffixLength } from "../internal/engine/freshName";
import { nameOf } from "../internal/engine/pulumiSdk";

/** An AWS account, whose roles and users are identities. */
export interface AwsProvider {
    /** The AWS account. */
    aws: {
        /** The account ID: 12 digits. */
        account: string;
    };
}

/** A tenant of Microsoft Entra ID (Azure), whose managed identities and applications are identities. */
export interface AzureProvider {
    /** The tenant of Microsoft Entra ID. */
    azure: {
        /** The ID of the tenant, a UUID. */
        tenant: string;
        /** The application ID URI for which the tokens are issued: `"api://acme-google-cloud"`. */
        audience: string;
    };
}

/** An issuer of OpenID Connect tokens, such as Okta or a Kubernetes cluster outside of Google Cloud. */
export interface OidcProvider {
    /** The issuer of OpenID Connect tokens. */
    oidc: {
        /** The issuer, with `https://`. Google Cloud reads its keys there, unless `jwks` has them. */
        issuer: string;
        /**
         * The audiences that tokens must have one of: up to 10 of 256 characters each.
         * @default the resource name of the provider
         */
        audiences?: string[];
        /**
         * The keys of the issuer, a JSON Web Key Set, for issuers that cannot be reached from the internet.
         * @default the keys that the issuer publishes
         */
        jwks?: pulumi.Input<string>;
    };
}

/** An issuer of SAML 2.0 assertions, such as Active Directory Federation Services. */
export interface SamlProvider {
    /** The issuer of SAML assertions. */
    saml: {
        /** The metadata of the issuer, an XML document. */
        metadata: pulumi.Input<string>;
    };
}

/** Which identities of an issuer are accepted, and their attributes. */
export interface IdentityMapping {
    /**
     * {@link https://cloud.google.com/iam/docs/workload-identity-federation#mapping Attributes} of identities, as expressions of the
     * token's claims: `{ "google.subject": "assertion.sub", "attribute.team": "assertion.team" }`.
     * @default the subject: for AWS the ARN with the attribute `aws_role`, for SAML `assertion.subject`, otherwise `assertion.sub`
     */
    attributes?: Record<string, string>;
    /**
     * A {@link https://cloud.google.com/iam/docs/workload-identity-federation#conditions condition} on tokens:
     * `"assertion.team == 'ml'"`. Required for issuers with many tenants, such as GitHub.
     * @default all tokens of the issuer
     */
    condition?: string;
}

/** An issuer of identities. */
export type IdentityProvider = check.OneOf<AwsProvider | AzureProvider | OidcProvider | SamlProvider> & IdentityMapping;

/** The arguments of a {@link WorkloadIdentityPool}. */
export interface WorkloadIdentityPoolArgs extends ComponentArgs {
    /** The issuers of identities, by ID: up to 25 lower-case letters, digits and hyphens. */
    providers: Record<string, IdentityProvider>;
    /**
     * The start of the pool's ID: 1 to 25 lower-case letters, digits and hyphens, not `gcp-`. A random suffix follows, as the ID of a
     * deleted pool stays reserved for 30 days.
     * @default the component's name
     */
    poolId?: string;
    /**
     * Disables the pool: its identities lose all access.
     * @default false
     */
    disabled?: boolean;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { pool?: Transform<PoolArgs>; poolProvider?: Transform<WorkloadIdentityPoolProviderArgs> };
}

const id = check.nameOf(poolId(nameFormats.rows.workloadIdentityPool.max - suffixLength));
const limits = workloadIdentityLimits.rows;
const attributeKey = new RegExp(
    `^(google\\.(subject|groups|display_name|posix_username|email)|attribute\\.[a-z0-9_]{1,${limits.attributeKey.max}})$`,
);

const mapping: check.Checks<IdentityMapping> = {
    attributes: check.pipe(
        check.record(
            check.matching(attributeKey, "must be google.subject, google.groups or attribute.<name>"),
            check.text(),
        ),
        check.atMost(limits.mappedAttributes),
    ),
    condition: check.text(),
};

const issuer = check.matching(/^https:\/\/[^/\s]+\S*$/, "must be an address that starts with https://");

const audiences = check.pipe(
    check.list(check.pipe(check.text(), check.longest(limits.audience.max))),
    check.atMost(limits.audiences),
);

const identityProvider = check.variant({
    aws: check.options<AwsProvider & IdentityMapping>(
        {
            ...mapping,
            aws: check.options<AwsProvider["aws"]>(
                { account: check.matching(/^\d{12}$/, "must be an AWS account's ID of 12 digits") },
                "account",
            ),
        },
        "aws",
    ),
    azure: check.options<AzureProvider & IdentityMapping>(
        {
            ...mapping,
            azure: check.options<AzureProvider["azure"]>(
                {
                    tenant: check.matching(
                        /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
                        "must be a tenant's ID such as 72f988bf-86f1-41af-91ab-2d7cd011db47",
                    ),
                    audience: check.text(),
                },
                "tenant",
                "audience",
            ),
        },
        "azure",
    ),
    oidc: check.options<OidcProvider & IdentityMapping>(
        {
            ...mapping,
            oidc: check.options<OidcProvider["oidc"]>({ issuer, audiences, jwks: check.input(check.text()) }, "issuer"),
        },
        "oidc",
    ),
    saml: check.options<SamlProvider & IdentityMapping>(
        {
            ...mapping,
            saml: check.options<SamlProvider["saml"]>(
                {
                    metadata: check.input(
                        check.matching(
                            /^\s*<[\s\S]*EntityDescriptor[\s\S]*>\s*$/,
                            "must be the XML metadata of a SAML issuer",
                        ),
                    ),
                },
                "metadata",
            ),
        },
        "saml",
    ),
});

const workloadIdentityPoolArgs = check.options<WorkloadIdentityPoolArgs>(
    {
        ...componentArgs,
        providers: check.record(id, identityProvider),
        poolId: id,
        disabled: check.flag(),
        transform: transforms("pool", "poolProvider"),
    },
    "providers",
);

function problems({ providers }: WorkloadIdentityPoolArgs): (check.Problem | undefined)[] {
    return Object.entries(providers).flatMap(([key, { oidc, attributes, condition }]) => [
        check.when(
            oidc && isSharedIssuer(oidc.issuer) && !condition?.includes("assertion."),
            `providers.${key}.condition`,
            "iam/condition-without-claim",
            `must name a claim of the token, because everybody can get tokens of ${oidc?.issuer}: "assertion.repository_owner_id == '1234'". For deployments, use a Deployer.`,
        ),
        check.when(
            attributes && attributes["google.subject"] === undefined,
            `providers.${key}.attributes`,
            "iam/subject-attribute-missing",
            'must have "google.subject", which identifies an identity.',
        ),
    ]);
}

/**
 * Gives identities of other clouds and companies access to Google Cloud with {@link
 * https://cloud.google.com/iam/docs/workload-identity-federation Workload Identity Federation}: AWS, Azure, and issuers of OpenID Connect
 * tokens or SAML assertions. They get access without keys, with {@link allow}: `allow(models.reader, pool.attribute("aws_role", "etl"))`.
 * @example
 * ```ts
 * const models = new StorageBucket("models");
 * const partners = new WorkloadIdentityPool("partners", { providers: { aws: { aws: { account: "123456789012" } } } });
 * allow(models.reader, partners.attribute("aws_role", "arn:aws:sts::123456789012:assumed-role/etl"));
 * ```
 */
export class WorkloadIdentityPool extends pulumi.ComponentResource {
    /** The pool itself. */
    readonly pool: Pool;
    /** The providers, by ID without the suffix. */
    readonly providers: Readonly<Record<string, WorkloadIdentityPoolProvider>>;

    constructor(name: string, args: WorkloadIdentityPoolArgs, options?: pulumi.ComponentResourceOptions) {
        const resolved = check.checked(
            `WorkloadIdentityPool "${name}"`,
            check.withDefaults(args, { poolId: name }),
            workloadIdentityPoolArgs,
            problems,
        );
        super("slipway:index:WorkloadIdentityPool", name, {}, inEnvironment(options, resolved.crossProject));
        const apis = ["iam.googleapis.com", "iamcredentials.googleapis.com", "sts.googleapis.com"];
        const { environment, child } = component(this, name, resolved, { apis });
        const { project } = environment;
        const displayName = shortenName(name, limits.displayName.max);
        const fresh = freshName("workloadIdentityPoolId", resolved.poolId, limits.id.max);
        this.pool = new Pool(
            ...child(
                "pool",
                name,
                { project, workloadIdentityPoolId: fresh.name, displayName, disabled: resolved.disabled },
                fresh.options,
            ),
        );
        const { workloadIdentityPoolId } = this.pool;
        this.providers = Object.fromEntries(
            Object.entries(resolved.providers).map(([key, provider]) => {
                const { name: workloadIdentityPoolProviderId, options: own } = freshName(
                    "workloadIdentityPoolProviderId",
                    key,
                    limits.id.max,
                );
                const inputs = { project, workloadIdentityPoolId, workloadIdentityPoolProviderId };
                const all = {
                    ...inputs,
                    displayName: shortenName(key, limits.displayName.max),
                    ...issuerArgs(provider),
                };
                return [key, new WorkloadIdentityPoolProvider(...child("poolProvider", `${name}-${key}`, all, own))];
            }),
        );
        this.registerOutputs({ pool: this.pool.name });
    }

    /** The identity with a subject, as `google.subject` maps it: an ARN, an object ID, a user's ID. */
    subject(subject: string): NamedMember {
        return this.member("principal", `subject/${subject}`);
    }

    /** The identities of a group, as `google.groups` maps them. */
    group(group: string): NamedMember {
        return this.member("principalSet", `group/${group}`);
    }

    /** The identities with the value of an attribute: `pool.attribute("aws_role", "etl")`. */
    attribute(attribute: string, value: string): NamedMember {
        return this.member("principalSet", `attribute.${attribute}/${value}`);
    }

    /** All identities of the pool. */
    everyone(): NamedMember {
        return this.member("principalSet", "*");
    }

    private member(kind: "principal" | "principalSet", path: string): NamedMember {
        const pool = nameOf(this);
        return {
            memberName: `${pool}-${path === "*" ? "everyone" : path}`,
            member: pulumi.interpolate`${kind}://iam.googleapis.com/${this.pool.name}/${path}`,
        };
    }
}

/** The arguments of a provider. */
function issuerArgs({ aws, azure, oidc, saml, attributes, condition }: IdentityProvider) {
    const mapped = (subject: string) => ({
        attributeMapping: attributes ?? { "google.subject": subject },
        attributeCondition: condition,
    });
    if (aws) {
        // Without a mapping, the API maps the ARN and the role.
        return { aws: { accountId: aws.account }, attributeMapping: attributes, attributeCondition: condition };
    }
    if (saml) {
        return { saml: { idpMetadataXml: saml.metadata }, ...mapped("assertion.subject") };
    }
    const {
        issuer: issuerUri,
        audiences: allowedAudiences,
        jwks: jwksJson,
    }: OidcProvider["oidc"] = azure
        ? { issuer: `https://sts.windows.net/${azure.tenant}/`, audiences: [azure.audience] }
        : (oidc as OidcProvider["oidc"]);
    return { oidc: { issuerUri, allowedAudiences, jwksJson }, ...mapped("assertion.sub") };
}
