import type { WorkloadIdentityPoolProviderArgs } from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import type { CryptoKeyArgs } from "@pulumi/gcp/kms/cryptoKey";
import type { ApiKeyArgs } from "@pulumi/gcp/projects/apiKey";
import type { KeyArgs } from "@pulumi/gcp/serviceaccount/key";
import { eachMember, type Granting, grantsOf, grantsOn, hierarchy, notPublic } from "../grants";
import { each, type Rule, rule, type Stack, stackRule } from "../rule";
import { seconds } from "../values";

const basicRoles = /^roles\/(owner|editor)$/;
const impersonationRoles = ["roles/iam.serviceAccountUser", "roles/iam.serviceAccountTokenCreator"];

/**
 * Roles with which a member acts as each service account of a project, or grants itself a role to do so.
 *
 * @see https://cloud.google.com/iam/docs/service-account-permissions
 */
const actingRoles = [
    "roles/owner",
    "roles/editor",
    "roles/iam.securityAdmin",
    "roles/iam.serviceAccountAdmin",
    "roles/iam.serviceAccountKeyAdmin",
    ...impersonationRoles,
    "roles/iam.workloadIdentityUser",
    "roles/dataproc.editor",
    "roles/dataproc.admin",
    "roles/dataflow.developer",
    "roles/resourcemanager.folderAdmin",
    "roles/resourcemanager.folderIamAdmin",
    "roles/resourcemanager.projectIamAdmin",
    "roles/resourcemanager.organizationAdmin",
    "roles/cloudasset.viewer",
    "roles/cloudasset.owner",
    "roles/serverless.serviceAgent",
    "roles/dataproc.serviceAgent",
];

/**
 * Roles with which a member of a project, a folder or an organization grants itself any other role.
 *
 * @see https://cloud.google.com/iam/docs/roles-permissions/iam
 * @see https://cloud.google.com/iam/docs/roles-permissions/resourcemanager
 */
const policySettingRoles = [
    "roles/owner",
    "roles/iam.organizationRoleAdmin",
    "roles/iam.roleAdmin",
    "roles/iam.securityAdmin",
    "roles/resourcemanager.folderAdmin",
    "roles/resourcemanager.folderIamAdmin",
    "roles/resourcemanager.organizationAdmin",
    "roles/resourcemanager.projectIamAdmin",
];

const asAllAccounts =
    "A deployer that creates service accounts cannot be granted roles on accounts that do not exist yet.";

const isPerson = (member: string) => /^(user|group|domain):/.test(member);

/** The project of a service account that users created; undefined for other members, and for Google's own agents. */
function projectOf(member: string): string | undefined {
    return /^serviceAccount:(?!service-\d+@)[^@]+@([^.@]+)\.iam\.gserviceaccount\.com$/.exec(member)?.[1];
}

/** Every member of a grant on the hierarchy in the stack, with its roles. */
function rolesByMember(stack: Stack): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    for (const { props } of stack.of<Granting>(hierarchy)) {
        for (const { role, members } of grantsOf(props)) {
            for (const member of members) {
                found.set(member, (found.get(member) ?? new Set()).add(role));
            }
        }
    }
    return found;
}

/** Refuses members that have two roles which nobody should have together, by any resources of a stack. */
const apart = (isAdministrator: (role: string) => boolean, isUser: (role: string) => boolean) =>
    each<Granting>(hierarchy, (args, _, stack) => {
        const all = rolesByMember(stack);
        return grantsOf(args)
            .filter(({ role }) => isAdministrator(role))
            .flatMap(({ role, members }) =>
                members.map((member) => {
                    const other = [...(all.get(member) ?? [])].find(isUser);
                    return (
                        other !== undefined && `${member} has ${role} and ${other}: grant them to different members.`
                    );
                }),
            );
    });

const page = "https://cloud.google.com/iam/docs/using-iam-securely";

/** Rules of IAM, Cloud KMS and API keys. */
export const iam: Rule[] = [
    rule(
        {
            name: "iam-no-service-account-keys",
            description: "Service accounts have no keys that users keep.",
            cis: { "4.0": ["1.4"], "5.0": ["1.5"] },
            checkov: ["CKV2_GCP_3"],
            url: "https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys",
        },
        each<KeyArgs>(
            "gcp:serviceaccount/key:Key",
            () => "Use workload identity federation, or the service account that a service runs as.",
        ),
    ),
    rule(
        {
            name: "iam-no-admin-service-accounts",
            description: "Service accounts do not administer a project, a folder or an organization.",
            cis: { "4.0": ["1.5"], "5.0": ["1.6"] },
            checkov: ["CKV_GCP_42"],
            url: page,
            optional:
                "A deployer creates the resources of its project, and needs the administrator role of each service that it deploys.",
        },
        eachMember(
            hierarchy,
            ({ role }, member) =>
                projectOf(member) !== undefined &&
                (basicRoles.test(role) || /^roles\/\S*admin$/i.test(role)) &&
                `${role} is granted to ${member}: grant a narrower role, or grant it on single resources.`,
        ),
    ),
    rule(
        {
            name: "iam-no-self-granting-service-accounts",
            description: "Service accounts cannot grant themselves any role on a project, a folder or an organization.",
            url: "https://cloud.google.com/iam/docs/setting-limits-on-granting-roles",
        },
        eachMember(
            hierarchy,
            ({ role, condition }, member) =>
                projectOf(member) !== undefined &&
                policySettingRoles.includes(role) &&
                !condition?.expression.includes("modifiedGrantsByRole") &&
                `${role} is granted to ${member}: limit it by a condition with 'modifiedGrantsByRole', or grant a narrower role.`,
        ),
    ),
    rule(
        {
            name: "iam-no-impersonation-by-people-on-projects",
            description: "People do not act as all service accounts of a project.",
            cis: { "4.0": ["1.6"], "5.0": ["1.7"] },
            url: "https://cloud.google.com/iam/docs/service-account-permissions",
        },
        eachMember(
            hierarchy,
            ({ role }, member) =>
                isPerson(member) &&
                impersonationRoles.includes(role) &&
                `${role} is granted to ${member}: grant it on single service accounts.`,
        ),
    ),
    rule(
        {
            name: "iam-no-impersonation-on-projects",
            description: "Nobody is granted to act as all service accounts of a project.",
            checkov: ["CKV_GCP_41"],
            url: "https://cloud.google.com/iam/docs/service-account-permissions",
            optional: asAllAccounts,
        },
        eachMember(
            hierarchy,
            ({ role }, member) =>
                impersonationRoles.includes(role) &&
                `${role} is granted to ${member}: grant it on single service accounts.`,
        ),
    ),
    rule(
        {
            name: "iam-no-acting-roles-on-projects",
            description:
                "Nobody has a role that lets them act as all service accounts of a project, a folder or an organization.",
            checkov: ["CKV_GCP_44", "CKV_GCP_45", "CKV_GCP_49"],
            url: "https://cloud.google.com/iam/docs/service-account-permissions",
            optional: asAllAccounts,
        },
        eachMember(
            hierarchy,
            ({ role }, member) =>
                actingRoles.includes(role) &&
                `${role} is granted to ${member}: grant a narrower role, or grant it on single service accounts.`,
        ),
    ),
    rule(
        {
            name: "iam-no-basic-roles",
            description: "Nobody has a basic role on a project, a folder or an organization.",
            checkov: ["CKV_GCP_115", "CKV_GCP_116", "CKV_GCP_117"],
            url: "https://cloud.google.com/iam/docs/roles-overview",
        },
        eachMember(
            hierarchy,
            ({ role }, member) =>
                /^roles\/(owner|editor|viewer)$/.test(role) &&
                `${role} is granted to ${member}: grant predefined or custom roles.`,
        ),
    ),
    rule(
        {
            name: "iam-no-default-service-accounts",
            description: "The default service accounts of Compute Engine and App Engine have no roles on a project.",
            checkov: ["CKV_GCP_46", "CKV_GCP_47", "CKV_GCP_48"],
            url: "https://cloud.google.com/iam/docs/service-account-types",
        },
        eachMember(
            hierarchy,
            ({ role }, member) =>
                /^serviceAccount:([^@]+-compute@developer|[^@]+@appspot)\.gserviceaccount\.com$/.test(member) &&
                `${role} is granted to ${member}: grant it to a service account of a single service.`,
        ),
    ),
    rule(
        {
            name: "iam-no-consumer-accounts",
            description: "Access is granted to accounts of the organization, not to consumer accounts.",
            cis: { "4.0": ["1.1"], "5.0": ["1.2"] },
            url: page,
        },
        eachMember(
            grantsOn(String.raw`\w+/\w*`),
            (_, member) =>
                /^user:[^@]+@(gmail|googlemail)\.com$/.test(member) &&
                `Access is granted to ${member}: grant it to an account of the organization.`,
        ),
    ),
    stackRule(
        {
            name: "iam-service-account-duties-apart",
            description: "Who administers service accounts does not act as them.",
            cis: { "4.0": ["1.8"], "5.0": ["1.9"] },
            url: page,
        },
        apart(
            (role) => role === "roles/iam.serviceAccountAdmin",
            (role) => role === "roles/iam.serviceAccountUser",
        ),
    ),
    stackRule(
        {
            name: "kms-duties-apart",
            description: "Who administers keys does not encrypt or decrypt with them.",
            cis: { "4.0": ["1.11"], "5.0": ["1.12"] },
            url: "https://cloud.google.com/kms/docs/separation-of-duties",
        },
        apart(
            (role) => role === "roles/cloudkms.admin",
            (role) => /^roles\/cloudkms\.(cryptoKey(Encrypter|Decrypter|EncrypterDecrypter)|signer\w*)$/.test(role),
        ),
    ),
    rule(
        {
            name: "kms-not-public",
            description: "Keys are not public.",
            cis: { "4.0": ["1.9"], "5.0": ["1.10"] },
            checkov: ["CKV_GCP_112", "CKV2_GCP_6", "CKV2_GCP_8"],
            url: "https://cloud.google.com/kms/docs/iam",
        },
        notPublic("kms/(?:cryptoKey|keyRing)"),
    ),
    rule(
        {
            name: "kms-rotation",
            description: "Keys are rotated at least every 90 days.",
            cis: { "4.0": ["1.10"], "5.0": ["1.11"] },
            checkov: ["CKV_GCP_43"],
            url: "https://cloud.google.com/kms/docs/key-rotation",
        },
        each<CryptoKeyArgs>("gcp:kms/cryptoKey:CryptoKey", ({ purpose = "ENCRYPT_DECRYPT", rotationPeriod }) => {
            const period = seconds(rotationPeriod);
            return (
                // Keys of other purposes cannot be rotated automatically.
                purpose === "ENCRYPT_DECRYPT" &&
                (period === undefined || period > 90 * 24 * 3600) &&
                "Set 'rotationPeriod' to at most \"7776000s\", which is 90 days."
            );
        }),
    ),
    rule(
        {
            name: "kms-protected",
            description: "Keys are protected from deletion by Pulumi, which destroys their versions.",
            checkov: ["CKV_GCP_82"],
            url: "https://cloud.google.com/kms/docs/destroy-restore",
        },
        each<CryptoKeyArgs>(
            "gcp:kms/cryptoKey:CryptoKey",
            (_, { opts }) => !opts.protect && "Set the option 'protect'.",
        ),
    ),
    rule(
        {
            name: "api-keys-none",
            description: "Projects have no API keys where service accounts and users can sign in.",
            cis: { "4.0": ["1.12"], "5.0": ["1.13"] },
            url: "https://cloud.google.com/docs/authentication/api-keys",
            optional: "Some APIs of Google Maps Platform and Firebase require API keys.",
        },
        each<ApiKeyArgs>("gcp:projects/apiKey:ApiKey", () => "Sign in with a service account or as a user instead."),
    ),
    rule(
        {
            name: "api-keys-of-applications",
            description: "API keys are restricted to hosts or applications.",
            cis: { "4.0": ["1.13"], "5.0": ["1.14"] },
            url: "https://cloud.google.com/api-keys/docs/add-restrictions-api-keys",
        },
        each<ApiKeyArgs>("gcp:projects/apiKey:ApiKey", ({ restrictions = {} }) => {
            const { androidKeyRestrictions, browserKeyRestrictions, iosKeyRestrictions, serverKeyRestrictions } =
                restrictions;
            const hosts = [
                ...(browserKeyRestrictions?.allowedReferrers ?? []),
                ...(serverKeyRestrictions?.allowedIps ?? []),
            ];
            const isAny = hosts.some((host) => /^(\*|\*\.\*|0\.0\.0\.0(\/0)?|::(\/0)?)$/.test(host));
            return (
                (!(androidKeyRestrictions || iosKeyRestrictions || hosts.length > 0) || isAny) &&
                "Set one of 'restrictions.browserKeyRestrictions', 'serverKeyRestrictions', 'androidKeyRestrictions' and 'iosKeyRestrictions', without wildcards for all."
            );
        }),
    ),
    rule(
        {
            name: "api-keys-of-apis",
            description: "API keys are restricted to the APIs that the application calls.",
            cis: { "4.0": ["1.14"], "5.0": ["1.15"] },
            url: "https://cloud.google.com/api-keys/docs/add-restrictions-api-keys",
        },
        each<ApiKeyArgs>("gcp:projects/apiKey:ApiKey", ({ restrictions }) => {
            const targets = restrictions?.apiTargets ?? [];
            return (
                (targets.length === 0 || targets.some(({ service }) => service === "cloudapis.googleapis.com")) &&
                "Set 'restrictions.apiTargets' to single APIs."
            );
        }),
    ),
    rule(
        {
            name: "federation-condition",
            description: "Providers of workload identity pools have a condition on who may sign in.",
            checkov: ["CKV_GCP_118"],
            url: "https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation",
        },
        each<WorkloadIdentityPoolProviderArgs>(
            "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
            ({ attributeCondition, aws, x509, disabled }) =>
                !attributeCondition && !aws && !x509 && disabled !== true && "Set 'attributeCondition'.",
        ),
    ),
    rule(
        {
            name: "federation-condition-of-shared-issuers",
            description: "A condition on tokens of an issuer that everybody can use names the owner or the repository.",
            checkov: ["CKV_GCP_125"],
            url: "https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines",
        },
        each<WorkloadIdentityPoolProviderArgs>(
            "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
            ({ attributeCondition = "", oidc, disabled }) => {
                const claims = sharedIssuers.find(({ issuer }) => issuer.test(oidc?.issuerUri ?? ""))?.claims;
                return (
                    claims !== undefined &&
                    disabled !== true &&
                    !claims.some((claim) => claim.test(attributeCondition)) &&
                    "Set 'attributeCondition' to a comparison of the owner, such as assertion.repository_owner_id == '123', without wildcards."
                );
            },
        ),
    ),
    rule(
        {
            name: "federation-not-whole-pool",
            description: "Roles are granted to identities with an attribute, not to all of a workload identity pool.",
            url: "https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation",
        },
        eachMember(
            grantsOn(String.raw`\w+/\w*`),
            ({ role }, member) =>
                /^principalSet:\/\/.*\/workloadIdentityPools\/[^/]+\/\*$/.test(member) &&
                `${role} is granted to all identities of the pool: name a subject, a group or an attribute in the member.`,
        ),
    ),
    rule(
        {
            name: "iam-service-accounts-not-public",
            description: "Not everybody can act as a service account.",
            url: "https://cloud.google.com/iam/docs/service-account-permissions",
        },
        notPublic("serviceaccount/|serviceAccount/"),
    ),
    rule(
        {
            name: "iam-projects-not-public",
            description: "Nobody outside has a role on a project, a folder or an organization.",
            url: page,
        },
        notPublic("projects/|folder/|organizations/"),
    ),
    rule(
        {
            name: "iam-no-accounts-of-other-projects",
            description: "Service accounts of other projects have no roles on a project.",
            url: page,
            optional: "Projects that share a registry, a network or a deployer need it.",
        },
        each<Granting & { project?: string }>(grantsOn("projects/"), (args, { provider }) => {
            const own = args.project ?? provider.project;
            return grantsOf(args).flatMap(({ role, members }) =>
                members.map((member) => {
                    const home = projectOf(member);
                    return (
                        home !== undefined &&
                        typeof own === "string" &&
                        home !== own.replace(/^projects\//, "") &&
                        `${role} is granted to ${member}, which is of another project: check that it is meant.`
                    );
                }),
            );
        }),
    ),
];

/** Issuers whose tokens everybody can get, and the claims that tell whose they are. */
const sharedIssuers = [
    {
        issuer: /^https:\/\/token\.actions\.githubusercontent\.com\b/,
        claims: [
            /(repository_owner|repository_owner_id|repository|repository_id|enterprise|enterprise_id)['"\]]*\s*==\s*['"][^'"*]+['"]/,
            /\b(sub|subject)\s*==\s*['"](repo:[^/:*'"]+\/[^/:*'"]+)(:[^'"]*)?['"]/,
        ],
    },
    {
        issuer: /^https:\/\/gitlab\.com\b/,
        claims: [/(namespace_id|namespace_path|project_id|project_path)['"\]]*\s*==\s*['"][^'"*]+['"]/],
    },
    {
        issuer: /^https:\/\/app\.terraform\.io\b/,
        claims: [/(terraform_organization_id|terraform_organization_name|sub)['"\]]*\s*==\s*['"][^'"*]+['"]/],
    },
];
