import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { connect } from "node:tls";
import { clientCertificateFor, newAuthority } from "../../../../local/machine/certificates";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { Emulator, eventually, project } from "./served";

const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

/** A server that returns received data, optionally after a greeting like MySQL and after a first response. */
async function echoing(greeting = "", answer: Buffer = Buffer.alloc(0)): Promise<{ address: string; close(): void }> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => undefined).write(greeting);
        socket.once("data", () => socket.write(answer));
        socket.on("data", (bytes) => socket.write(bytes));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const close = () => {
        server.close();
        for (const socket of sockets) {
            socket.destroy();
        }
    };
    servers.push({ close });
    return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

const servers: { close(): void }[] = [];
afterEach(() => {
    for (const each of servers.splice(0)) {
        each.close();
    }
});

/** A local cloud with the instance `sales-1a2b`, an IAM user, and a database server. */
async function started({ databaseVersion = "POSTGRES_17", greeting = "", answer = Buffer.alloc(0) as Buffer } = {}) {
    const world = project();
    world.enable("compute", "sqladmin");
    const isMySql = databaseVersion.startsWith("M");
    const flag = isMySql ? "cloudsql_iam_authentication" : "cloudsql.iam_authentication";
    const settings = {
        edition: "ENTERPRISE",
        tier: isMySql ? "db-n1-standard-1" : "db-custom-1-3840",
        databaseFlags: [{ name: flag, value: "on" }],
    };
    world.make("DatabaseInstance", { name: "sales-1a2b", databaseVersion, deletionProtection: false, settings });
    const name = isMySql ? "web@acme-dev.iam.gserviceaccount.com" : "web@acme-dev.iam";
    world.make("User", { name, instance: "sales-1a2b", type: "CLOUD_IAM_SERVICE_ACCOUNT" });
    const server = await echoing(greeting, answer);
    const emulator = await Emulator.of(world, {}, {}, { sales: server.address });
    const api = `${emulator.url}/sql/v1beta4/projects/acme-dev/instances/sales-1a2b`;
    const settingsOf = async () => (await fetch(`${api}/connectSettings`)).json() as Promise<Inputs>;
    const certified = async (given: Inputs) => {
        const answer = await fetch(`${api}:generateEphemeralCert`, { method: "POST", body: JSON.stringify(given) });
        return { status: answer.status, ...((await answer.json()) as Inputs) } as Inputs;
    };
    return { world, emulator, server, api, settingsOf, certified };
}

/**
 * Connects to an instance like the Auth Proxy and sends a string; returns the received data when the connection ends or
 * is complete.
 */
async function receivedData(
    { ipAddresses, serverCaCert }: Inputs,
    cert: string,
    bytes: Buffer,
    maxBytes: number,
    password = "wrong",
): Promise<string> {
    const [{ ipAddress: host }] = ipAddresses;
    const checkServerIdentity = () => undefined;
    const socket = connect({ host, port: 3307, cert, key: privateKey, ca: serverCaCert.cert, checkServerIdentity });
    let received = "";
    socket.on("data", (data) => {
        received += data.toString("latin1");
        if (data[0] === 0x52 && data[8] === 3) {
            const message = Buffer.concat([Buffer.from([0x70, 0, 0, 0, 0]), Buffer.from(`${password}\0`)]);
            message.writeUInt32BE(message.length - 1, 1);
            socket.write(message);
        }
        if (received.length >= maxBytes) {
            socket.destroy();
        }
    });
    socket.on("error", () => undefined).write(bytes);
    await once(socket, "close");
    return received;
}

const startup = (user: string): Buffer => {
    const words = Buffer.from(`user\0${user}\0database\0sales\0\0`);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + words.length);
    head.writeUInt32BE(3 << 16, 4);
    return Buffer.concat([head, words]);
};
const answerTo = (user: string): Buffer => Buffer.concat([Buffer.alloc(36, 1), Buffer.from(`${user}\0rest`)]);

test("an instance provides its address, version and certificate authority to the Auth Proxy", async () => {
    const { world, settingsOf } = await started();
    const found = await settingsOf();
    expect(found).toEqual({
        kind: "sql#connectSettings",
        region: "europe-west1",
        databaseVersion: "POSTGRES_17",
        backendType: "SECOND_GEN",
        serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
        serverCaCert: expect.objectContaining({ kind: "sql#sslCert", cert: expect.any(String) }),
        ipAddresses: [{ type: "PRIMARY", ipAddress: expect.stringMatching(/^127\.0\.0\.\d+$/) }],
        pscEnabled: false,
        dnsName: "",
    });
    const authority = new X509Certificate(found.serverCaCert.cert);
    expect([authority.ca, authority.subject]).toEqual([true, "CN=Google Cloud SQL Server CA"]);
    const kept = JSON.stringify(world.cloud.store.list("//cloudsql.googleapis.com/").map(({ state }) => state));
    expect(kept).not.toContain("PRIVATE KEY");
});

test("an instance without a database server has its own address", async () => {
    const { emulator, api } = await started();
    emulator.world.make("DatabaseInstance", {
        name: "stock",
        databaseVersion: "POSTGRES_17",
        settings: { edition: "ENTERPRISE", tier: "db-custom-1-3840" },
    });
    const answer = await fetch(`${api.replace("sales-1a2b", "stock")}/connectSettings`);
    expect(await answer.json()).toMatchObject({
        ipAddresses: [{ type: "PRIMARY", ipAddress: expect.stringMatching(/^203\.0\.113\.\d+$/) }],
    });
});

test("missing instances and invalid keys are refused with Google's errors", async () => {
    const { api, certified } = await started();
    const none = await fetch(`${api.replace("sales-1a2b", "none")}/connectSettings`);
    expect([none.status, await none.json()]).toMatchObject([
        404,
        { error: { message: "The Cloud SQL instance does not exist.", errors: [{ reason: "instanceDoesNotExist" }] } },
    ]);
    expect(await certified({ public_key: "none" })).toMatchObject({
        status: 400,
        error: { message: "Invalid request: Provided public key was in an invalid or unsupported format." },
    });
});

test("a client with a certificate of the instance connects to its server, for an hour", async () => {
    const { settingsOf, certified } = await started();
    const { ephemeralCert } = await certified({ public_key: publicKey });
    const certificate = new X509Certificate(ephemeralCert.cert);
    expect(certificate.checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
    expect(Date.parse(certificate.validTo) - Date.now()).toBeLessThanOrEqual(3_600_000);
    const bytes = startup("postgres");
    expect(await receivedData(await settingsOf(), ephemeralCert.cert, bytes, bytes.length)).toBe(
        bytes.toString("latin1"),
    );
});

test("a certificate of another authority is refused", async () => {
    const { emulator, settingsOf } = await started();
    const other = await clientCertificateFor(await newAuthority("another"), "client", publicKey, 3_600_000);
    expect(await receivedData(await settingsOf(), other, startup("postgres"), 1)).toBe("");
    await eventually(() => expect(emulator.lines.join()).toContain("refused a client of sales-1a2b: "));
});

test.each([
    ["POSTGRES_17", "web@acme-dev.iam", startup, ""],
    ["MYSQL_8_0", "web", answerTo, "J"],
])("an IAM user of %s needs a token", async (databaseVersion, user, login, greeting) => {
    const { emulator, settingsOf, certified } = await started({ databaseVersion, greeting });
    const [without, withToken] = [
        await certified({ public_key: publicKey }),
        await certified({ public_key: publicKey, access_token: "ya29.token" }),
    ];
    const bytes = login(user);
    const whole = greeting + bytes.toString("latin1");
    const refused = await receivedData(await settingsOf(), without.ephemeralCert.cert, bytes, 1000);
    expect(refused).not.toContain(bytes.toString("latin1"));
    expect(await receivedData(await settingsOf(), withToken.ephemeralCert.cert, bytes, whole.length)).toBe(whole);
    expect(emulator.lines).toContain(
        `${user} uses IAM authentication for sales-1a2b: start the proxy with --auto-iam-authn, or send a token of the account as the password`,
    );
    const other = login("root");
    expect(
        await receivedData(await settingsOf(), without.ephemeralCert.cert, other, greeting.length + other.length),
    ).toContain("root");
});

test("an IAM user without a token can connect if the server requests it as the password", async () => {
    const answering = (code: number) => Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, code]);
    const bytes = startup("web@acme-dev.iam");
    const dataAfter = async (answer: Buffer) => {
        const { settingsOf, certified } = await started({ answer });
        const { ephemeralCert } = await certified({ public_key: publicKey });
        return receivedData(await settingsOf(), ephemeralCert.cert, bytes, answer.length + bytes.length);
    };
    // AuthenticationCleartextPassword.
    expect(await dataAfter(answering(3))).toContain("web@acme-dev.iam");
});

test("an IAM user of a server that trusts this machine needs a token of its account as the password", async () => {
    const answer = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
    const { world, emulator, settingsOf, certified } = await started({ answer });
    world.enable("iam", "iamcredentials");
    const email = (account: string) => world.account(account).replace("serviceAccount:", "");
    const [own, other] = [email("shop-web"), email("stranger")];
    const member = `serviceAccount:${own}`;
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/cloudsql.instanceUser", member });
    world.make("User", { name: "shop-web@acme-dev.iam", instance: "sales-1a2b", type: "CLOUD_IAM_SERVICE_ACCOUNT" });
    const tokenOf = async (account: string) => {
        const path = `v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
        const response = await fetch(`${emulator.url}/${path}`, {
            method: "POST",
            body: '{ "scope": ["https://www.googleapis.com/auth/cloud-platform"] }',
        });
        return String(((await response.json()) as Inputs).accessToken);
    };
    const { ephemeralCert } = await certified({ public_key: publicKey });
    const bytes = startup("shop-web@acme-dev.iam");
    const whole = 9 + answer.length + bytes.length;
    const received = async (password: string) =>
        receivedData(await settingsOf(), ephemeralCert.cert, bytes, whole, password);
    const request = "R\0\0\0\b\0\0\0\x03";
    expect(await received(await tokenOf(own))).toBe(request + answer.toString("latin1") + bytes.toString("latin1"));
    for (const wrong of ["", "ya29.token", await tokenOf(other)]) {
        expect(await received(wrong)).toMatch(
            /^R.{8}E.*C28P01.*Cloud SQL IAM service account authentication failed for user "shop-web@acme-dev\.iam"/s,
        );
    }
});

test("an unavailable server ends the connection", async () => {
    const { emulator, server, settingsOf, certified } = await started();
    const { ephemeralCert } = await certified({ public_key: publicKey });
    server.close();
    expect(await receivedData(await settingsOf(), ephemeralCert.cert, startup("postgres"), 1)).toBe("");
    expect(emulator.lines.join()).toContain("server of sales-1a2b: connect ECONNREFUSED");
});
