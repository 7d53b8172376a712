import { Command } from "commander";
import { localToken } from "./kubernetes/names";

/** The command by which the kubeconfig of a GkeCluster with `auth: "token"` signs in. */
export function gkeTokenCommand(): Command {
    return new Command("gke-token")
        .description("a token for GKE of the Application Default Credentials, as kubectl and Pulumi ask for it")
        .action(async () => {
            // The libraries by which Google is asked, for which the other commands need not wait.
            const { execCredential, tokenOfDefaultCredentials } = await import("../lib/kubernetes/token.js");
            const isLocal = process.env.SLIPWAY_LOCAL_CLOUD !== undefined;
            process.stdout.write(`${isLocal ? execCredential(localToken) : await tokenOfDefaultCredentials()}\n`);
        });
}
