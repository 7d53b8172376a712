import { Command } from "commander";
import { localToken } from "./kubernetes/names";

/** The command `slipway gke-token` for local clusters, which kubeconfigs of a GkeCluster with `auth: "token"` run to sign in. */
export function gkeTokenCommand(): Command {
    return new Command("gke-token").description("the token of every cluster of the local Google Cloud").action(() => {
        const credential = {
            apiVersion: "client.authentication.k8s.io/v1",
            kind: "ExecCredential",
            status: { token: localToken },
        };
        process.stdout.write(`${JSON.stringify(credential)}\n`);
    });
}
