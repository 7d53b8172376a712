import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import { accountOf, type OwnAccount } from "../iam/accountOf";
import type { AccountReference, AnyServiceAccount } from "../iam/serviceAccount";
import { type Capability, use } from "../internal/access/capability";
import { capability } from "../internal/access/roles";
import type { Child } from "../internal/engine/children";

/** What the containers of a model run as. */
interface Serving extends Pick<ComponentArgs, "crossProject"> {
    name: string;
    /** An account that is not the component's own. */
    account?: AnyServiceAccount;
    uses: Capability[];
}

/**
 * The account of a model's containers with its roles, and what lets Vertex AI run them as it; none without `uses`, when they run as an
 * account of Google.
 */
export function servingAccount(
    component: string,
    args: Serving,
    own: OwnAccount,
    child: Child,
    environment: Environment,
    parent: pulumi.Resource,
): { account?: AccountReference; grants: pulumi.Resource[] } {
    const { account: shared, uses, crossProject } = args;
    if (!shared && uses.length === 0) {
        return { grants: [] };
    }
    const account = accountOf(component, args, child, own);
    // https://cloud.google.com/vertex-ai/docs/general/custom-service-account#setup
    const on = { serviceAccountId: account.name };
    const admin = capability(`${component}-${own.part}`, "roles/iam.serviceAccountAdmin", IAMMember, on, account.email);
    const used = Object.fromEntries(uses.map((one, index) => [`uses.${index}`, one]));
    const { grants } = use(component, used, account.member, { parent }, shared);
    return {
        account,
        grants: [...grants, ...environment.grantAgent("aiplatform.googleapis.com", admin, crossProject)],
    };
}
