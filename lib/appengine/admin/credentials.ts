import { existsSync, readFileSync } from "node:fs";
import { type AuthClient, GoogleAuth, Impersonated, OAuth2Client } from "google-auth-library";

const scopes = ["https://www.googleapis.com/auth/cloud-platform"];

/**
 * Signs in by what the Google provider reads of the environment ("Google Cloud: Installation & Configuration"): a token, the
 * credentials of an account or the path of their file, or the Application Default Credentials; and as the account that is named.
 */
export async function signIn(environment: NodeJS.ProcessEnv = process.env): Promise<AuthClient> {
    const own = await ownClient(environment);
    const targetPrincipal = environment.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT;
    return targetPrincipal === undefined
        ? own
        : new Impersonated({
              sourceClient: own,
              targetPrincipal,
              delegates: environment.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT_DELEGATES?.split(",") ?? [],
              targetScopes: scopes,
              lifetime: 3600,
          });
}

async function ownClient(environment: NodeJS.ProcessEnv): Promise<AuthClient> {
    const { GOOGLE_OAUTH_ACCESS_TOKEN: token } = environment;
    if (token !== undefined) {
        const client = new OAuth2Client();
        client.setCredentials({ access_token: token });
        return client;
    }
    const given = ["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"]
        .map((name) => environment[name])
        .find((value) => value !== undefined);
    const text = given !== undefined && existsSync(given) ? readFileSync(given, "utf8") : given;
    // Without a project it would look for one, for which not all credentials have the permission.
    const auth = new GoogleAuth({
        scopes,
        projectId: "-",
        ...(text !== undefined && { credentials: JSON.parse(text) }),
    });
    return auth.getClient();
}
