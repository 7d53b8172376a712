import * as pulumi from "@pulumi/pulumi";
import { GoogleAuth } from "google-auth-library";
import { GkeCluster, type GkeClusterArgs } from "slipway/gke";
import { tokenOfDefaultCredentials } from "../../../lib/gke/token";
import { registered } from "../registered";

/** The kubeconfig of a cluster, and the inputs of its provider. */
async function ways(args: GkeClusterArgs) {
    let secret: boolean | undefined;
    const made = await registered(async () => {
        const { kubeconfig } = new GkeCluster("main", args);
        secret = await pulumi.isSecret(kubeconfig);
    });
    const { name } = made["Cluster main"] as { name: string };
    const { kubeconfig, ...others } = made["Provider main"] as { kubeconfig: string };
    return { name, secret, kubeconfig: JSON.parse(kubeconfig), others };
}

const plugin = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "gke-gcloud-auth-plugin",
    installHint:
        "Install it with 'gcloud components install gke-gcloud-auth-plugin', or as the package\ngoogle-cloud-cli-gke-gcloud-auth-plugin. With auth: \"token\" a GkeCluster needs Node.js and slipway instead.",
    interactiveMode: "Never",
    provideClusterInfo: true,
};
const token = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "npx",
    args: ["--no", "slipway", "gke-token"],
    installHint: 'Install Node.js. With auth: "plugin" a GkeCluster needs gke-gcloud-auth-plugin instead.',
    interactiveMode: "Never",
    provideClusterInfo: true,
};

test("with a DNS endpoint a cluster needs no certificate, and gcloud's plugin authenticates", async () => {
    const { name, secret, kubeconfig, others } = await ways({});
    expect(secret).toBe(false);
    expect(kubeconfig).toEqual({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name, cluster: { server: "https://gke-1a2b3c-123.europe-west1.gke.goog" } }],
        users: [{ name, user: { exec: plugin } }],
        contexts: [{ name, context: { cluster: name, user: name } }],
        "current-context": name,
    });
    expect(others).toEqual({
        clusterIdentifier: `projects/acme-dev/locations/europe-west1/clusters/${name}`,
        enableServerSideApply: "true",
    });
});

const office = { office: "203.0.113.0/24" };

test.each<[string, GkeClusterArgs["controlPlane"], string]>([
    ["a public address", { ipEndpoint: "public", authorizedNetworks: office, dnsEndpoint: false }, "address"],
    ["a private address", { ipEndpoint: "private", dnsEndpoint: false }, "address"],
    ["a public address and a DNS endpoint", { ipEndpoint: "public", authorizedNetworks: office }, "name"],
    ["explicitly no address", { ipEndpoint: "none" }, "name"],
])("a cluster with %s is connected to by its %s", async (_, controlPlane, by) => {
    const { kubeconfig } = await ways({ controlPlane });
    expect(kubeconfig.clusters[0].cluster).toEqual(
        by === "name"
            ? { server: "https://gke-1a2b3c-123.europe-west1.gke.goog" }
            : { server: "https://10.0.0.2", "certificate-authority-data": "LS0tLS1CRUdJTg==" },
    );
});

test("a cluster can be authenticated to with a token of the machine's credentials", async () => {
    const { kubeconfig } = await ways({ auth: "token" });
    expect(kubeconfig.users[0].user).toEqual({ exec: token });
});

describe("a token of the machine's credentials", () => {
    afterEach(() => jest.restoreAllMocks());

    const credentials = (token: string | null, expiry?: number) =>
        jest.spyOn(GoogleAuth.prototype, "getClient").mockResolvedValue({
            getAccessToken: async () => ({ token }),
            credentials: { expiry_date: expiry },
        } as never);

    const answer = (status: object) => ({
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        status,
    });

    test("is printed with its end, after which kubectl asks again", async () => {
        const client = credentials("ya29.c", Date.UTC(2026, 10, 26, 12));
        expect(JSON.parse(await tokenOfDefaultCredentials())).toEqual(
            answer({ token: "ya29.c", expirationTimestamp: "2026-11-26T12:00:00.000Z" }),
        );
        const [auth] = client.mock.contexts as [GoogleAuth];
        // Kubernetes knows users by their email addresses.
        expect(Reflect.get(auth, "scopes")).toEqual([
            "https://www.googleapis.com/auth/cloud-platform",
            "https://www.googleapis.com/auth/userinfo.email",
        ]);
        expect(await auth.getProjectId()).toBe("-");
    });

    test("is printed without an end that is not known", async () => {
        credentials("ya29.c");
        expect(JSON.parse(await tokenOfDefaultCredentials())).toEqual(answer({ token: "ya29.c" }));
        credentials(null);
        expect(JSON.parse(await tokenOfDefaultCredentials())).toEqual(answer({ token: "" }));
    });

    test("is missing without credentials, and how to get them is said", async () => {
        jest.spyOn(GoogleAuth.prototype, "getClient").mockRejectedValue(new Error("Could not load them."));
        await expect(tokenOfDefaultCredentials()).rejects.toThrow(
            /^there is no token of the Application Default Credentials: Could not load them\.\nSign in with /,
        );
    });
});
