import { GoogleAuth } from "../internal/bundled/googleAuth";

/** The ExecCredential that a kubeconfig's command prints. */
export function execCredential(token: string, expires?: Date): string {
    return JSON.stringify({
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        status: { token, expirationTimestamp: expires?.toISOString() },
    });
}

/**
 * The scopes that GKE {@link https://cloud.google.com/kubernetes-engine/docs/how-to/api-server-authentication requires}: the
 * second identifies users by their email addresses.
 */
const scopes = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email"];

/** A token of this machine's Application Default Credentials as an ExecCredential. */
export async function tokenOfDefaultCredentials(): Promise<string> {
    try {
        // Otherwise the library looks up the project, which not all credentials may do.
        const client = await new GoogleAuth({ scopes, projectId: "-" }).getClient();
        const { token } = await client.getAccessToken();
        const { expiry_date: expires } = client.credentials;
        return execCredential(token ?? "", expires ? new Date(expires) : undefined);
    } catch (error) {
        const { message } = error as Error;
        throw new Error(
            [
                `there is no token of the Application Default Credentials: ${message}`,
                "Sign in with 'gcloud auth application-default login', or set GOOGLE_APPLICATION_CREDENTIALS to the file of an account,",
                'or install gke-gcloud-auth-plugin and set auth: "plugin" of the GkeCluster.',
            ].join("\n"),
        );
    }
}
