import { Command } from "commander";
import { examples } from "../../lib/commandLine";
import { cloudSettings } from "../simulator/cloud/settings";
import { tokenOf } from "../simulator/services/gke/clusterNames";

/** The command `slipway gke-token` for local clusters, which kubeconfigs of a GkeCluster with `auth: "token"` run to sign in. */
export function gkeTokenCommand(): Command {
    const command = new Command("gke-token").description("print the token for the clusters of the local Google Cloud");
    command.addHelpText("after", examples({ "npx slipway gke-token": "print the token, in the format of kubectl" }));
    return command.action(() => {
        const credential = {
            apiVersion: "client.authentication.k8s.io/v1",
            kind: "ExecCredential",
            status: { token: tokenOf(cloudSettings(process.env)) },
        };
        process.stdout.write(`${JSON.stringify(credential)}\n`);
    });
}
