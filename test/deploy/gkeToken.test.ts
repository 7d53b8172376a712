import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Issuer } from "../pipelines";
import { Emulator } from "../unit/local/emulator/served";
import { newFolder, World } from "../unit/local/world";

const email = "deployer@acme-dev.iam.gserviceaccount.com";
const issuer = new Issuer("https://gitlab.acme.com");

/** The result of the command, without this machine's credentials. */
async function gkeToken(environment: NodeJS.ProcessEnv) {
    const { PATH } = process.env;
    const main = join(__dirname, "..", "..", "dist", "lib", "cli.js");
    const command = spawn(process.execPath, [main, "gke-token"], {
        env: { PATH, HOME: newFolder(), METADATA_SERVER_DETECTION: "none", ...environment },
    });
    const [out, error] = await Promise.all([text(command.stdout), text(command.stderr), once(command, "close")]);
    return { code: command.exitCode, out, error };
}

/** A file with Application Default Credentials of a pipeline that can impersonate an account of a local project. */
async function credentials(role: string): Promise<string> {
    const world = new World();
    world.enable("iam", "iamcredentials");
    world.account("deployer");
    world.make("WorkloadIdentityPool", { workloadIdentityPoolId: "pipelines" });
    const { state } = world.make("WorkloadIdentityPoolProvider", {
        workloadIdentityPoolId: "pipelines",
        workloadIdentityPoolProviderId: "gitlab",
        attributeMapping: { "google.subject": "assertion.sub" },
        oidc: { issuerUri: issuer.address },
    });
    const pool = `//iam.googleapis.com/projects/${world.number}/locations/global/workloadIdentityPools/pipelines`;
    world.make("AccountIAMMember", {
        serviceAccountId: `projects/acme-dev/serviceAccounts/${email}`,
        role,
        member: `principal:${pool}/subject/acme`,
    });
    const { url } = await Emulator.of(world, {}, { [issuer.address]: issuer.keys });
    const folder = newFolder();
    const [file, token] = [join(folder, "credentials.json"), join(folder, "token")];
    writeFileSync(token, issuer.token({ aud: `https://iam.googleapis.com/${state.name}`, sub: "acme" }));
    writeFileSync(
        file,
        JSON.stringify({
            type: "external_account",
            audience: `//iam.googleapis.com/${state.name}`,
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            token_url: `${url}/v1/token`,
            service_account_impersonation_url: `${url}/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
            credential_source: { file: token },
        }),
    );
    return file;
}

test("the command returns a token of the machine's credentials, with its expiration time", async () => {
    const GOOGLE_APPLICATION_CREDENTIALS = await credentials("roles/iam.workloadIdentityUser");
    const { code, out, error } = await gkeToken({ GOOGLE_APPLICATION_CREDENTIALS });
    expect({ code, error }).toEqual({ code: 0, error: "" });
    const { status, ...kind } = JSON.parse(out);
    expect(kind).toEqual({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential" });
    expect(status.token).toMatch(/^local-/);
    const left = Date.parse(status.expirationTimestamp) - Date.now();
    expect(left > 50 * 60_000 && left <= 60 * 60_000).toBe(true);
});

test("the command reports why credentials get no token, and what to do instead", async () => {
    const GOOGLE_APPLICATION_CREDENTIALS = await credentials("roles/iam.serviceAccountUser");
    const { code, out, error } = await gkeToken({ GOOGLE_APPLICATION_CREDENTIALS });
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toContain("Permission 'iam.serviceAccounts.getAccessToken' denied");
    expect(error).toContain("Sign in with 'gcloud auth application-default login'");
});

test("the command reports how to create credentials if there are none", async () => {
    const { code, out, error } = await gkeToken({});
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toBe(
        [
            "slipway: there is no token of the Application Default Credentials: Could not load the default credentials. Browse to https://cloud.google.com/docs/authentication/getting-started for more information.",
            "Sign in with 'gcloud auth application-default login', or set GOOGLE_APPLICATION_CREDENTIALS to the file of an account,",
            'or install gke-gcloud-auth-plugin and set auth: "plugin" of the GkeCluster.',
            "",
        ].join("\n"),
    );
});

test("on the local Google Cloud, the command returns the local token without any request", async () => {
    const { code, out } = await gkeToken({ SLIPWAY_LOCAL_CLOUD: newFolder() });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        status: { token: "slipway-local" },
    });
});
