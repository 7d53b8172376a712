import * as check from "../../internal/check";

/**
 * The roles that components of this library grant on a whole project, where Google Cloud has no narrower level: what a
 * deployer of any of them must be able to grant.
 */
export const projectRoles: readonly string[] = [
    "roles/appengine.appViewer",
    "roles/artifactregistry.createOnPushWriter",
    "roles/bigquery.jobUser",
    "roles/cloudsql.client",
    "roles/cloudsql.instanceUser",
    "roles/cloudsql.viewer",
    "roles/composer.serviceAgent",
    "roles/composer.worker",
    "roles/container.defaultNodeServiceAccount",
    "roles/container.developer",
    "roles/eventarc.eventReceiver",
    "roles/eventarc.serviceAgent",
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
    "roles/monitoring.viewer",
    "roles/pubsub.publisher",
    "roles/workflows.invoker",
];

/** "Set limits on granting roles": how many roles one limit can name. */
const mostInLimit = 10;

/** "IAM quotas and limits": how many grants of one role to one principal, each with a condition of its own, a policy can have. */
const mostLimits = 20;

/** What no deployer is given on its project, with why and what there is instead. */
const refusedRoles: [pattern: RegExp, wording: string][] = [
    [
        /^roles\/(?!browser$)\w+$/,
        "is a basic role, which opens every service of the project\nName the roles of the services that it deploys, such as roles/pubsub.admin.",
    ],
    [
        /^roles\/resourcemanager\.projectIamAdmin$/,
        "would let it give itself every role\nName in grantable the roles that it may grant.",
    ],
    [
        /^roles\/iam\.(securityAdmin|roleAdmin|organizationRoleAdmin|denyAdmin)$/,
        "would let it give itself every role\nName in grantable the roles that it may grant.",
    ],
    [
        /^roles\/iam\.(workloadIdentityPoolAdmin|workforcePoolAdmin)$/,
        "would let it change who may act as it\nLeave pools to the program that makes the deployer.",
    ],
    [
        /^roles\/iam\.(serviceAccountTokenCreator|serviceAccountOpenIdTokenCreator|workloadIdentityUser)$/,
        "would let it act as every account of the project\nGrant it on the one account that it is needed for.",
    ],
    [
        /^roles\/iam\.(serviceAccountKeyAdmin|serviceAccountApiKeyBindingAdmin)$/,
        "would let it make keys, with which anybody is any account of the project\nLeave keys out: pools do without.",
    ],
    [
        /^roles\/(billing|orgpolicy|organizationpolicy)\./,
        "is for what stands above the project\nLeave it to the program that makes the project.",
    ],
    [
        /^roles\/resourcemanager\.(project(Deleter|Creator|Mover)|lienModifier|folder\w*|organization\w*|tag\w*)$/,
        "is for what stands above the project\nLeave it to the program that makes the project.",
    ],
];

/** "Roles and permissions": the name of a predefined role, or of one of one's own. */
const form = check.matching(
    /^(roles\/[a-z]\w*(\.[a-zA-Z]\w*)*|(projects|organizations)\/[a-z0-9.:-]+\/roles\/[\w.]{3,64})$/,
    "must be the name of a role, as roles/pubsub.admin or projects/acme-dev/roles/deployer",
);

const allowed = refusedRoles.map(([pattern, wording]) =>
    check.refine((role: unknown) => !pattern.test(String(role)), wording),
);

const distinct = check.refine(
    (roles: unknown) => new Set(roles as string[]).size === (roles as string[]).length,
    "must not name a role twice",
);

const role = allowed.reduce<check.Check>((one, other) => check.pipe(one, other), form);

/** Checks the roles of a deployer. */
export const roles: check.Check = check.pipe(check.list(role, "must be a list of roles"), distinct);

/** Checks the roles that it may grant. A role that can set policies would make it able to grant every other. */
export const grantable: check.Check = check.literalOr(
    false,
    check.pipe(
        check.list(
            check.pipe(
                role,
                check.refine(
                    (given: unknown) => !/(admin|owner)$/i.test(String(given)),
                    "could let whoever has it grant other roles\nName roles that only use or read.",
                ),
            ),
            "must be a list of roles, or false",
        ),
        distinct,
        check.refine(
            (given: unknown) => (given as string[]).length <= mostInLimit * mostLimits,
            `can have ${mostInLimit * mostLimits} roles at most`,
        ),
    ),
);

/** The roles that change something, as their names tell; those of one's own tell nothing. */
export function writing(roles: string[]): string[] {
    return roles.filter(
        (name) => name.startsWith("roles/") && !/(viewer|reader|reviewer|browser|consumer)$/i.test(name),
    );
}

/**
 * The conditions under which its right to grant roles holds, each for some of them. The attribute knows no other default than the
 * empty list.
 */
export function limits(roles: readonly string[]): string[] {
    const groups = Array.from({ length: Math.ceil(roles.length / mostInLimit) }, (_, index) => {
        return roles.slice(index * mostInLimit, (index + 1) * mostInLimit);
    });
    return groups.map((group) => {
        const list = group.map((each) => `'${each}'`).join(", ");
        return `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${list}])`;
    });
}
