import { GoogleError } from "../cloud/errors";
import type { ActsAs, Context, Inputs } from "../rules/rules";

/** The account that a resource has by default: that of Compute Engine in its project. */
export const defaultAccount = (context: Context, { project }: Inputs): string | undefined =>
    context.cloud.projects.defaultAccount(project);

const message = (permission: string, account: string) =>
    `Permission '${permission}' denied on service account ${account} (or it may not exist).`;

export const deniedActAs = (account: string): Error =>
    new GoogleError(403, message("iam.serviceAccounts.actAs", account));

/** https://github.com/dora-team/fourkeys/issues/459 */
export const deniedRunAs = (account: string): Error =>
    new GoogleError(403, message("iam.serviceaccounts.actAs", account));

/** The account of what Cloud Run runs: https://cloud.google.com/run/docs/deploying#permissions_required_to_deploy */
export const runsAs = (template: (inputs: Inputs) => Inputs | undefined): ActsAs => ({
    accounts: (inputs, context) => [template(inputs)?.serviceAccount ?? defaultAccount(context, inputs)],
    refusal: deniedRunAs,
});
