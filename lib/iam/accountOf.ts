import { Account } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { accountId, accountTitle } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import type { AccountReference } from "./serviceAccount";

/** An account that a component creates. */
export interface OwnAccount {
    /** What distinguishes it from the component's other accounts: `run`. */
    part: string;
    /** What it does, which the console shows: `Runs the function predict`. */
    does: string;
    /**
     * Its name in `transform`.
     * @default "account"
     */
    key?: string;
}

/**
 * The service account of the arguments; without one, an account that the component creates. It is called `<component>-<part>` in the
 * program, and has the ID `<name>-<part>`.
 *
 * @param args its `name` is the resource's name in Google Cloud
 */
export function accountOf(
    component: string,
    args: { name: string; account?: undefined },
    child: Child,
    own: OwnAccount,
    options?: pulumi.CustomResourceOptions,
): Account;
export function accountOf(
    component: string,
    args: { name: string; account?: { account: AccountReference } },
    child: Child,
    own: OwnAccount,
    options?: pulumi.CustomResourceOptions,
): AccountReference;
export function accountOf(
    component: string,
    { name, account }: { name: string; account?: { account: AccountReference } },
    child: Child,
    { part, does, key = "account" }: OwnAccount,
    options?: pulumi.CustomResourceOptions,
): AccountReference {
    const ownArgs = { accountId: accountId(name, part), displayName: accountTitle(does) };
    return account?.account ?? new Account(...child(key, `${component}-${part}`, ownArgs, options));
}
