import { Account, type AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { getAccount } from "@pulumi/gcp/serviceaccount/getAccount";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import { crossings, Environment, inEnvironment } from "../environment/environment";
import { checkExisting, type Existing, lookUp, type Place } from "../environment/existing";
import { iamLimits } from "../facts/limits/iam";
import { type Attachment, type Capability, capabilities, type Grant, type Uses } from "../internal/access/capability";
import { type NamedMember, serviceAccountId } from "../internal/access/member";
import { grantApart, roleCheck, rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { type Transform, transforms } from "../internal/engine/children";
import { noted } from "../internal/engine/creationNote";

/** The arguments of a {@link ServiceAccount}. */
export interface ServiceAccountArgs extends ComponentArgs, TaggedArgs {
    /**
     * The {@link https://cloud.google.com/iam/docs/service-accounts-create ID}: 6 to 30 lower-case letters, digits and hyphens.
     * Changing this replaces the account, and all roles that it has.
     * @default the component's name
     */
    accountId?: string;
    /**
     * What the account is for: up to 100 bytes of text.
     * @default the ID
     */
    displayName?: pulumi.Input<string>;
    /**
     * A longer description of the account: up to 256 characters.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * Disables the account: it keeps its roles, and cannot be used. The provider creates accounts
     * {@link https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_service_account#disabled enabled}: the
     * second update disables a new one.
     * @default false
     */
    disabled?: boolean;
    /**
     * Roles on the whole project, such as `roles/bigquery.user`. Prefer `uses`, which grants access to single resources.
     * @default none
     */
    roles?: string[];
    /**
     * What the account may use: `[models.reader, sales.publisher]`.
     * @default nothing
     */
    uses?: check.Short<Capability<Attachment>[], Uses<Attachment>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { account?: Transform<AccountArgs> };
}

/** A service account that exists already. */
export interface ExistingServiceAccount
    extends Existing,
        NamedMember,
        Pick<ServiceAccount, "accountId" | "email" | "user" | "impersonator" | "role" | "grant"> {
    readonly account: AccountReference;
}

/** The service account of a workload, of the stack or one that exists already. */
export type AnyServiceAccount = ServiceAccount | ExistingServiceAccount;

/** What workloads need of a service account. */
export type AccountReference = Pick<Account, "email" | "member" | "name">;

/** The capabilities of a service account. */
function offers(name: string, { name: serviceAccountId, email }: AccountReference) {
    const { offered, role } = rolesOn(name, IAMMember, { serviceAccountId }, email);
    return {
        user: offered("roles/iam.serviceAccountUser"),
        impersonator: offered("roles/iam.serviceAccountTokenCreator"),
        role,
    };
}

/** Registers each grant once, under the name of the account and its own. */
function onceFor(account: string, register: (grant: Grant, name: string) => pulumi.Resource) {
    const registered = new Map<Grant, pulumi.Resource>();
    return (grant: Grant): pulumi.Resource => {
        const made = registered.get(grant) ?? register(grant, `${account}-${grant.name}`);
        registered.set(grant, made);
        return made;
    };
}

const { accountDisplayName, accountDescription, accountId } = iamLimits.rows;

const accountPattern = /^[a-z0-9-]+(@[a-z0-9-]+(\.[a-z0-9-]+)?\.(iam|developer|appspot)?\.?gserviceaccount\.com)?$/;
const accountName = check.matching(
    accountPattern,
    "must be the ID of a service account, or its email address such as etl@acme-data.iam.gserviceaccount.com",
);

const serviceAccountArgs = check.options<ServiceAccountArgs>({
    ...componentArgs,
    ...taggedArgs,
    accountId: serviceAccountId,
    displayName: check.input(check.pipe(check.text(), check.longest(accountDisplayName.max, "bytes"))),
    description: check.input(check.pipe(check.text(), check.longest(accountDescription.max))),
    disabled: check.flag(),
    roles: check.list(roleCheck, "must be a list of roles"),
    uses: capabilities,
    transform: transforms("account"),
});

/** Checks the argument for the service account of a workload, for which the ID or the email address of one is short that exists already. */
export const serviceAccount = check.short(
    check.component<AnyServiceAccount>(
        "ServiceAccount",
        'Pass the component, not its email address. For an account that exists already write "etl@acme-dev.iam.gserviceaccount.com".',
    ),
    (account: string) => ServiceAccount.existing(account),
    (value) => typeof value === "string" && value.length >= accountId.min && accountPattern.test(value),
);

/**
 * A service account with its roles. It has no keys: workloads run as it, `allow(account.impersonator, …)` lets people and other
 * accounts act as it, and pipelines use a {@link Deployer}.
 * @example
 * ```ts
 * const models = new StorageBucket("models");
 * const scoring = new ServiceAccount("scoring", { uses: [models.reader] });
 * allow(scoring.impersonator, "group:oncall@acme.com");
 * ```
 */
export class ServiceAccount extends pulumi.ComponentResource {
    /** The account itself. */
    readonly account: Account;
    /** The ID, which is the email address before the @. */
    readonly accountId: string;
    /** The email address, `etl@acme-dev.iam.gserviceaccount.com`. */
    readonly email: pulumi.Output<string>;
    /** The principal in policies, `serviceAccount:etl@acme-dev.iam.gserviceaccount.com`. */
    readonly member: pulumi.Output<string>;
    /** Grants attaching the account to resources, which then run as it; the consumer receives the email address. */
    readonly user: Capability;
    /** Grants creating tokens of the account, to act as it; the consumer receives the email address. */
    readonly impersonator: Capability;
    /** A capability of any role on the account, for roles that no other one has; the consumer receives the email address. */
    readonly role: (role: string) => Capability;
    /** Grants a capability to the account, once for all components that run as it. @internal */
    readonly grant: (grant: Grant) => pulumi.Resource;

    /**
     * A service account that exists already and is not managed by the stack, by its ID in the environment's project or its email
     * address: `ServiceAccount.existing("etl@acme-data.iam.gserviceaccount.com")`. The preview fails if there is none. Roles that it
     * gets from this stack are revoked with it, and roles of other stacks stay; on topics, subscriptions, tables, registries and functions
     * that exist already, whose policies cannot distinguish stacks, its roles stay.
     */
    static existing(account: string, args: ComponentArgs = {}): ExistingServiceAccount {
        const { crossProject } = checkExisting("ServiceAccount", account, accountName, args, componentArgs);
        const environment = Environment.current();
        const [id = "", domain] = account.split("@");
        const email = `${id}@${domain ?? `${environment.project}.iam.gserviceaccount.com`}`;
        const create = () => {
            const find = (_: Place, options: pulumi.InvokeOptions) => getAccount({ accountId: email }, options);
            const found = lookUp("ServiceAccount", account, accountName, {}, find, "email", "member", "name");
            const { email: known, member } = found;
            const options = { ...environment.childOptions(), transformations: crossings(crossProject) };
            const grant = onceFor(id, (one, name) => grantApart(one, name, member, options));
            const names = { accountId: id, memberName: id, email: known, member };
            return { existing: "ServiceAccount", account: found, ...names, grant, ...sharedOffers(offers(id, found)) };
        };
        const {
            stateOfProgram,
        }: typeof import("../internal/engine/programState") = require("../internal/engine/programState");
        // Once, so that components with the same account grant it a role once.
        return stateOfProgram(`slipway.accounts ${JSON.stringify([email, crossProject])}`, environment, create);
    }

    constructor(name: string, args: ServiceAccountArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const resolved = check.checked(
            `ServiceAccount "${name}"`,
            check.withDefaults(args, { accountId: name }),
            serviceAccountArgs,
        );
        const { accountId: id, displayName = id, description, disabled, roles = [], uses = [] } = resolved;
        super("slipway:index:ServiceAccount", name, {}, inEnvironment(options, resolved.crossProject));
        const { environment, child, bindTags } = component(this, name, resolved, { apis: ["iam.googleapis.com"] });
        const { project } = environment;
        const note = `ServiceAccount "${name}": disabled: a new account is enabled; run 'pulumi up' again to disable it`;

        this.accountId = id;
        this.account = new Account(
            ...noted(child, disabled ? note : undefined)("account", name, {
                project,
                accountId: id,
                displayName,
                description,
                disabled,
            }),
        );
        ({ email: this.email, member: this.member } = this.account);
        ({ user: this.user, impersonator: this.impersonator, role: this.role } = offers(name, this.account));
        this.grant = onceFor(name, (grant, child) => grant.to(child, this.member, { parent: this }));
        const all = [...uses, ...roles.map((one) => environment.role(one))];
        all.flatMap(({ grants }) => grants).map(this.grant);
        bindTags(this.account);
        this.registerOutputs({ email: this.email });
    }
}
