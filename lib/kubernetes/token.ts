import { GoogleAuth } from "google-auth-library";

/** What a cluster takes as the answer of a command by which its kubeconfig signs in. */
export function execCredential(token: string, expires?: Date): string {
    return JSON.stringify({
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        status: { token, expirationTimestamp: expires?.toISOString() },
    });
}

/** GKE asks for both: the first to let in, the second to tell people by their e-mail addresses ("Authenticate to Google Cloud APIs from GKE"). */
const scopes = ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email"];

/** A token of the Application Default Credentials of this machine, in the form in which a cluster takes it. */
export async function tokenOfDefaultCredentials(): Promise<string> {
    try {
        // Without a project it would look for one, for which not all credentials have the permission.
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
                'or install gke-gcloud-auth-plugin and give the GkeCluster auth: "plugin".',
            ].join("\n"),
        );
    }
}
