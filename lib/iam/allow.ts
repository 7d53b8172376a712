import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { crossings, Environment } from "../environment/environment";
import { isPast } from "../facts/facts";
import {
    type Attachment,
    type Capability,
    type Grant,
    type GrantCondition,
    withoutCode,
} from "../internal/access/capability";
import { isPublic, type Member, member, memberName, principalOf } from "../internal/access/member";
import { grantApart, maxTitle } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { isTime } from "../internal/arguments/dates";
import { grantName } from "../internal/arguments/names";

/** The options of {@link allow}. */
export interface AllowArgs extends ComponentArgs {
    /**
     * When the roles end: a day, at its start in UTC, as `"2027-01-31"`, or a time, as `"2027-01-31T18:00:00Z"`. For policies that
     * accept conditions only: policies of projects, buckets, data sets, secrets, service accounts, keys, subnets, machines and
     * Identity-Aware Proxy.
     * @default never
     */
    until?: string;
    /**
     * A {@link https://cloud.google.com/iam/docs/conditions-overview condition} of the roles, for the same policies as `until`.
     * @default none
     */
    condition?: GrantCondition;
    /**
     * Required for `allUsers` and `allAuthenticatedUsers`, which make the resource public.
     * @default false
     */
    public?: boolean;
    /**
     * Whether the role stays when the stack is destroyed or the line removed. Required for topics, subscriptions, tables, registries and
     * functions that exist already: their policies accept no conditions, so that one role of several stacks cannot be distinguished. `false`
     * revokes it, also if another stack granted it.
     * @default false; with an end or a condition, or on other resources that exist already, only this stack's role is revoked
     */
    keep?: boolean;
}

const title = check.pipe(
    check.text(),
    check.refine(
        (value) => new RegExp(`^.{1,${maxTitle}}$`).test(String(value)),
        `must have 1 to ${maxTitle} characters on one line`,
    ),
);
const description = check.pipe(check.text(), check.longest(256));

const allowed = check.options<AllowArgs & { members: readonly Member[] }>(
    {
        ...componentArgs,
        members: check.list(member),
        until: check.pipe(
            check.matching(
                /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/,
                "must be a day such as 2027-01-31, or a time in UTC such as 2027-01-31T18:00:00Z",
            ),
            check.refine((time) => isTime(String(time)), "is not a day of the calendar"),
            check.refine((time) => !isPast(String(time) as `${number}-${number}-${number}`), "must be in the future"),
        ),
        condition: check.options<GrantCondition>(
            { title, description, expression: check.text() },
            "title",
            "expression",
        ),
        public: check.flag(),
        keep: check.flag(),
    },
    "members",
);

/** The grants that exist, by the name of the child: several capabilities of one program can have a grant in common. */
const granted = new WeakMap<Grant, Map<string, pulumi.Resource>>();

/**
 * Grants a capability to people, groups or accounts, directly: `allow(models.reader, "group:ml@acme.com")`. Components that run code
 * take capabilities in `uses` instead. Returns the grants.
 */
export function allow(
    capability: Capability<Attachment>,
    members: Member | Member[],
    args: AllowArgs = {},
): pulumi.Resource[] {
    const { grants } = capability;
    const names = grants.map(({ name }) => name).join(", ");
    const resolved = check.checked(`allow "${names}"`, { members: [members].flat(), ...args }, allowed, (checked) =>
        problems(grants, checked),
    );
    const condition = conditionOf(resolved);
    return resolved.members.flatMap((one) => {
        const granted = isPublic(one) ? withoutCode(capability) : grants;
        return granted.map((grant) => register(grant, one, condition, resolved));
    });
}

function problems(
    grants: readonly Grant[],
    { members, condition, until, public: isMeant, keep }: AllowArgs & { members: readonly Member[] },
): (check.Problem | undefined)[] {
    const limit = condition ? "condition" : until === undefined ? undefined : "until";
    const unlimited = grants.filter(({ acceptsConditions }) => !acceptsConditions).map(({ name }) => name);
    const ambiguous = grants.filter(({ isShared, acceptsConditions }) => isShared && !acceptsConditions);
    const everyone = members.find(isPublic);
    return [
        check.when(
            grants.length === 0,
            "",
            "iam/no-role-to-grant",
            "has no role to grant: everyone may use it already.",
        ),
        limit && unlimited.length > 0
            ? check.problem(
                  limit,
                  "iam/condition-unsupported",
                  `is not possible for ${unlimited.join(", ")}, because the policy, or Pulumi's provider for it, does not accept conditions (https://docs.cloud.google.com/iam/docs/resource-types-with-conditional-roles). Grant the role without it, or on the project: allow(Environment.current().role("roles/…"), …).`,
              )
            : undefined,
        ambiguous.length > 0 && keep === undefined
            ? check.problem(
                  "keep",
                  "iam/keep-missing",
                  `is missing for ${ambiguous.map(({ name }) => name).join(", ")}, because another stack may have granted the same role, and the policy does not distinguish them. Set true, and the role stays when this stack is destroyed, or false, and it is revoked.`,
              )
            : undefined,
        check.when(
            everyone && !isMeant,
            "members",
            "iam/public-not-meant",
            `${everyone} makes the resource public. Set public: true if that is meant.`,
        ),
        everyone && limit
            ? check.problem(
                  limit,
                  "iam/condition-for-everyone",
                  `is not possible for ${everyone}. Google Cloud refuses conditions for it.`,
              )
            : undefined,
    ];
}

/** The condition of the roles, with the time at which they end. */
function conditionOf({ condition, until }: AllowArgs): GrantCondition | undefined {
    if (until === undefined) {
        return condition;
    }
    const time = until.length === "2027-01-31".length ? `${until}T00:00:00Z` : until;
    const end = `request.time < timestamp("${time}")`;
    return condition
        ? { ...condition, expression: `(${condition.expression}) && ${end}` }
        : { title: `until ${until}`, expression: end };
}

function register(
    grant: Grant,
    whom: Member,
    condition: GrantCondition | undefined,
    { crossProject, keep }: AllowArgs,
): pulumi.Resource {
    const title = condition ? [condition.title.replaceAll(/[^A-Za-z0-9]+/g, "-")] : [];
    const name = grantName(grant.name, memberName(whom), ...title);
    const known = granted.get(grant) ?? new Map<string, pulumi.Resource>();
    granted.set(grant, known);
    const options = grant.options ?? Environment.current().childOptions();
    const member = principalOf(whom);
    const own = { ...options, transformations: crossings(crossProject), retainOnDelete: keep };
    const made = known.get(name) ?? grantApart(grant, name, member, own, condition);
    known.set(name, made);
    return made;
}
