import { iamLimits } from "../../facts/limits/iam";
import * as check from "../../internal/arguments/check";

/**
 * The roles that components of this library grant on a whole project, where Google Cloud has no narrower level. A deployer of
 * these components must be able to grant them.
 */
export const projectRoles: readonly string[] = [
    "roles/aiplatform.serviceAgent",
    "roles/aiplatform.user",
    "roles/appengine.appViewer",
    "roles/artifactregistry.createOnPushWriter",
    "roles/bigquery.jobUser",
    "roles/cloudsql.client",
    "roles/cloudsql.editor",
    "roles/cloudsql.instanceUser",
    // Granted by earlier releases: an update removes it.
    "roles/cloudsql.viewer",
    "roles/composer.serviceAgent",
    "roles/composer.worker",
    "roles/compute.instanceAdmin.v1",
    "roles/compute.viewer",
    "roles/container.defaultNodeServiceAccount",
    "roles/container.developer",
    "roles/dataflow.developer",
    "roles/dataflow.serviceAgent",
    "roles/dataflow.worker",
    "roles/eventarc.eventReceiver",
    "roles/eventarc.serviceAgent",
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
    "roles/monitoring.viewer",
    "roles/pubsub.publisher",
    "roles/storage.objectViewer",
    "roles/workflows.invoker",
];

/** The maximum number of roles in one {@link https://cloud.google.com/iam/docs/setting-limits-on-granting-roles condition}. */
const maxRolesPerCondition = iamLimits.rows.rolesOfCondition.max;

/**
 * The maximum number of conditional {@link https://cloud.google.com/iam/quotas role bindings} for the same role and principal
 * in a policy.
 */
const maxConditions = iamLimits.rows.conditionalBindings.max;

/** The roles that a deployer cannot have, with the reason and the alternative. */
const refusedRoles: [pattern: RegExp, reason: string][] = [
    [
        /^roles\/(?!browser$)\w+$/,
        "is a basic role, which gives access to every service of the project\nName the roles of the services that it deploys, such as roles/pubsub.admin.",
    ],
    [
        /^roles\/resourcemanager\.projectIamAdmin$/,
        "would allow it to grant itself any role\nName in grantable the roles that it may grant.",
    ],
    [
        /^roles\/iam\.(securityAdmin|roleAdmin|organizationRoleAdmin|denyAdmin)$/,
        "would allow it to grant itself any role\nName in grantable the roles that it may grant.",
    ],
    [
        /^roles\/iam\.(workloadIdentityPoolAdmin|workforcePoolAdmin)$/,
        "would allow it to change who can impersonate it\nUse it in the program that creates the deployer.",
    ],
    [
        /^roles\/iam\.(serviceAccountTokenCreator|serviceAccountOpenIdTokenCreator|workloadIdentityUser)$/,
        "would allow it to impersonate every service account of the project\nGrant it on the one account that it is needed for.",
    ],
    [
        /^roles\/iam\.(serviceAccountKeyAdmin|serviceAccountApiKeyBindingAdmin)$/,
        "would allow it to create keys, with which anyone can impersonate any service account of the project\nRemove it: workload identity pools need no keys.",
    ],
    [
        /^roles\/(billing|orgpolicy|organizationpolicy)\./,
        "is for resources above the project\nUse it in the program that creates the project.",
    ],
    [
        /^roles\/resourcemanager\.(project(Deleter|Creator|Mover)|lienModifier|folder\w*|organization\w*|tag\w*)$/,
        "is for resources above the project\nUse it in the program that creates the project.",
    ],
];

/** The name of a predefined or a custom {@link https://cloud.google.com/iam/docs/roles-overview role}. */
const roleName = check.matching(
    /^(roles\/[a-z]\w*(\.[a-zA-Z]\w*)*|(projects|organizations)\/[a-z0-9.:-]+\/roles\/[\w.]{3,64})$/,
    "must be the name of a role, such as roles/pubsub.admin or projects/acme-dev/roles/deployer",
);

const allowed = refusedRoles.map(([pattern, reason]) =>
    check.refine((role: unknown) => !pattern.test(String(role)), reason),
);

const distinct = check.refine(
    (roles: unknown) => new Set(roles as string[]).size === (roles as string[]).length,
    "must not have duplicate roles",
);

const role = allowed.reduce((one, other) => check.pipe(one, other), roleName);

/** Checks the roles of a deployer. */
export const roles = check.pipe(check.list(role, "must be a list of roles"), distinct);

/** Checks the roles that a deployer may grant. With a role that can set policies it could grant itself every other role. */
export const grantable = check.literalOr(
    false,
    check.pipe(
        check.list(
            check.pipe(
                role,
                check.refine(
                    (value: unknown) => !/(admin|owner)$/i.test(String(value)),
                    "could allow its principals to grant other roles\nName roles that only use or read.",
                ),
            ),
            "must be a list of roles, or false",
        ),
        distinct,
        check.refine(
            (value: unknown) => (value as string[]).length <= maxRolesPerCondition * maxConditions,
            `can have ${maxRolesPerCondition * maxConditions} roles at most`,
        ),
    ),
);

/** The problems of roles with which code runs that was not merged, by the option that selects such jobs. */
export function previewProblems(
    { roles, grantable }: { roles: string[]; grantable?: string[] | false },
    proposals: string,
): (check.Problem | undefined)[] {
    return [
        ...writingRoles(roles).map((role) =>
            check.problem(
                "roles",
                "iam/role-of-unmerged-code",
                `must be a role that only reads, because with ${proposals} it runs code that was not merged (got "${role}"). Name roles such as roles/pubsub.viewer.`,
            ),
        ),
        grantable && grantable.length > 0
            ? check.problem(
                  "grantable",
                  "iam/grantable-of-unmerged-code",
                  `must not be set, because with ${proposals} it runs code that was not merged (got ${JSON.stringify(grantable)}).`,
              )
            : undefined,
    ];
}

/** The roles that can change something, judged by their names; custom roles are not judged. */
function writingRoles(roles: string[]): string[] {
    return roles.filter(
        (name) => name.startsWith("roles/") && !/(viewer|reader|reviewer|browser|consumer)$/i.test(name),
    );
}

/** The IAM conditions that limit the grantable roles, each for up to ten of them. `hasOnly` requires the default value `[]`. */
export function grantConditions(roles: readonly string[]): string[] {
    const groups = Array.from({ length: Math.ceil(roles.length / maxRolesPerCondition) }, (_, index) => {
        return roles.slice(index * maxRolesPerCondition, (index + 1) * maxRolesPerCondition);
    });
    return groups.map((group) => {
        const list = group.map((each) => `'${each}'`).join(", ");
        return `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${list}])`;
    });
}
