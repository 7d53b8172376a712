import { GoogleError } from "../../cloud/errors";
import { defaultAccount } from "../../permissions/accounts";
import type { ActsAs, Inputs } from "../../rules/rules";

/** The account of nodes, by their configuration: https://github.com/rancher/rancher/issues/10553 */
export const actsAsOfNodes = (configOf: (inputs: Inputs) => Inputs | undefined): ActsAs => ({
    accounts: (inputs, context) => {
        const account = configOf(inputs)?.serviceAccount ?? "default";
        return [account === "default" ? defaultAccount(context, inputs) : account];
    },
    refusal: (account) =>
        new GoogleError(400, `The user does not have access to service account "${account}".`, {
            reason: "badRequest",
        }),
});
