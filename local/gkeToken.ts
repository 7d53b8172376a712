import { Command } from "commander";
import { cloudSettings } from "./cloud/settings";
import { tokenOf } from "./kubernetes/names";

/** The command `slipway gke-token` for local clusters, which kubeconfigs of a GkeCluster with `auth: "token"` run to sign in. */
export function gkeTokenCommand(): Command {
    return new Command("gke-token").description("the token for the clusters of the local Google Cloud").action(() => {
        const credential = {
            apiVersion: "client.authentication.k8s.io/v1",
            kind: "ExecCredential",
            status: { token: tokenOf(cloudSettings(process.env)) },
        };
        process.stdout.write(`${JSON.stringify(credential)}\n`);
    });
}
