import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { emulatorVariables } from "../../local/runtime/emulator/serving";
import { Cloud } from "../../local/simulator/cloud/cloud";
import { bucketName, objectName, writeObject } from "../../local/simulator/services/storage";
import { run } from "../../local/toolchain/process";
import { metadataServer } from "../apps/databases/metadata";
import { pythonWith } from "../apps/python";

const starter = join(__dirname, "..", "..", "examples", "training-vm");
const folder = mkdtempSync(join(tmpdir(), "slipway-dvc-"));
const cloud = new Cloud(join(folder, "cloud"));
const bucket = {
    name: bucketName("acme-dev-data"),
    project: "acme-dev",
    type: "gcp:storage/bucket:Bucket",
    id: "acme-dev-data",
    state: { name: "acme-dev-data", location: "EUROPE-WEST1" },
};

/** What is contacted besides this machine: proxies of dvc, and the server with which machines of Google get their tokens. */
const contacted: string[] = [];
const outside = createServer((socket) =>
    socket
        .on("error", () => undefined)
        .once("data", (data) => {
            contacted.push(String(data).split("\r\n", 1)[0] as string);
            socket.destroy();
        }),
);
let served: RunningServer;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
    cloud.store.create(bucket);
    served = await serve(cloud);
    outside.listen(0, "127.0.0.1");
    await once(outside, "listening");
    const proxy = `127.0.0.1:${(outside.address() as AddressInfo).port}`;
    const python = await pythonWith(join(__dirname, "dvc"));
    mkdirSync(join(folder, "bin"));
    // Scripts that pip installs contain the path of the folder in which they were created.
    writeFileSync(join(folder, "bin", "dvc"), `#!/bin/sh\nexec "${python}" -W ignore -m dvc "$@"\n`, { mode: 0o755 });
    environment = {
        PATH: `${join(folder, "bin")}:${process.env.PATH}`,
        HOME: folder,
        ...emulatorVariables(served.url, served.pubsubHost),
        GCE_METADATA_HOST: proxy,
        HTTP_PROXY: `http://${proxy}`,
        HTTPS_PROXY: `http://${proxy}`,
        NO_PROXY: "127.0.0.1",
        DVC_NO_ANALYTICS: "true",
    };
    await shell(
        folder,
        `git config --global user.name Ana && git config --global user.email ana@acme.com
         dvc config --global core.check_update false`,
    );
});
afterAll(async () => {
    await served?.close();
    outside.close();
    rmSync(folder, { recursive: true, force: true });
});

/** Runs commands in a folder, of which none may fail. */
const shell = (cwd: string, commands: string) => run("bash", ["-euc", commands], { cwd, env: environment });

/** A person's clone. */
const clone = (who: string) => join(folder, who);
const read = (who: string) => readFileSync(join(clone(who), "training", "sales.csv"), "utf8");

/** The number of objects of the remote. */
const pushed = () => cloud.store.list(objectName(bucket.id, "dvc/files/")).length;

/** Never asks for credentials: git has nobody to ask, and dvc needs none. */
const anonymous = "dvc remote modify --quiet --local storage allow_anonymous_login true";

test("two people share versions of data with the bucket as remote, and nothing else is contacted", async () => {
    mkdirSync(join(clone("ana"), "training"), { recursive: true });
    writeFileSync(join(clone("ana"), "training", "sales.csv"), "day,sold\n");
    await shell(
        clone("ana"),
        `git init --quiet && dvc init --quiet
         dvc remote add --quiet --default storage gs://${bucket.id}/dvc && ${anonymous}
         dvc add --quiet training/sales.csv && git add --all && git commit --quiet --message one && dvc push --quiet`,
    );
    expect(pushed()).toBe(1);
    await shell(folder, `git clone --quiet ana ben && cd ben && ${anonymous} && dvc pull --quiet`);
    expect(read("ben")).toBe("day,sold\n");

    appendFileSync(join(clone("ben"), "training", "sales.csv"), "monday,3\n");
    await shell(
        clone("ben"),
        "dvc add --quiet training/sales.csv && git commit --quiet --all --message two && dvc push --quiet",
    );
    expect(pushed()).toBe(2);
    await shell(clone("ana"), "git pull --quiet ../ben && dvc pull --quiet");
    expect(read("ana")).toBe("day,sold\nmonday,3\n");

    await shell(clone("ana"), "git checkout --quiet HEAD~1 && dvc checkout --quiet");
    expect(read("ana")).toBe("day,sold\n");
    expect(await shell(clone("ana"), "dvc status --cloud")).toContain("in sync");
    expect(contacted).toEqual([]);
});

test("what gcsfs uploads in parts, and folders of files, come back as they were, and are removed from the remote", async () => {
    const ana = clone("ana");
    const content = randomBytes(60 * 2 ** 20); // gcsfs has parts of 50 MiB
    mkdirSync(join(ana, "photos"));
    for (let number = 0; number < 20; number++) {
        writeFileSync(join(ana, "photos", `${number}.txt`), `photo ${number}`);
    }
    writeFileSync(join(ana, "video.bin"), content);
    await shell(ana, "dvc add --quiet video.bin photos && dvc push --quiet");
    // The folder has an object with the list of its files.
    expect(pushed()).toBe(2 + 1 + 21);
    await shell(ana, "rm -r .dvc/cache photos video.bin && dvc pull --quiet");
    expect(readFileSync(join(ana, "video.bin")).equals(content)).toBe(true);
    expect(readFileSync(join(ana, "photos", "19.txt"), "utf8")).toBe("photo 19");

    await shell(ana, "rm video.bin.dvc photos.dvc && dvc gc --quiet --force --workspace --cloud");
    expect(pushed()).toBe(1);
    expect(contacted).toEqual([]);
});

test("data that were never pushed are missing, which pull says", async () => {
    const ben = clone("ben");
    appendFileSync(join(ben, "training", "sales.csv"), "tuesday,4\n");
    await shell(ben, "dvc add --quiet training/sales.csv && rm -r .dvc/cache training/sales.csv");
    await expect(shell(ben, "dvc pull")).rejects.toThrow(
        /Checkout failed for following targets:\s+training\/sales.csv/,
    );
});

test("Google's client gets the storage layout of a bucket", async () => {
    const hierarchical = { ...bucket.state, name: "acme-dev-folders", hierarchicalNamespace: { enabled: true } };
    cloud.store.create({
        ...bucket,
        name: bucketName("acme-dev-folders"),
        id: "acme-dev-folders",
        state: hierarchical,
    });
    const script = `
import grpc, json
from google.api_core.exceptions import NotFound
from google.cloud import storage_control_v2 as control
transport = control.StorageControlClient.get_transport_class("grpc")
client = control.StorageControlClient(transport=transport(channel=grpc.insecure_channel("${served.pubsubHost}")))
def layout(bucket):
    try:
        found = client.get_storage_layout(name=f"projects/_/buckets/{bucket}/storageLayout")
        return [found.location, found.location_type, found.hierarchical_namespace.enabled]
    except NotFound as error:
        return error.message
print(json.dumps([layout("${bucket.id}"), layout("acme-dev-folders"), layout("none")]))`;
    const python = await pythonWith(join(__dirname, "dvc"));
    expect(JSON.parse(await run(python, ["-W", "ignore", "-c", script]))).toEqual([
        ["EUROPE-WEST1", "region", false],
        ["EUROPE-WEST1", "region", true],
        "The specified bucket does not exist.",
    ]);
});

/** The lines of the starter's startup script that are dvc's. */
const machineLines = () => {
    const lines = readFileSync(join(starter, "train.sh"), "utf8").split("\n");
    const commands = lines.filter((line) => /\bdvc (get-url|init|remote|pull|gc)\b/.test(line));
    return commands.join("\n").replaceAll("venv/bin/", "");
};

test("the commands of a machine get the code and the version of the data that its .dvc file names, without git", async () => {
    const machine = join(folder, "machine");
    mkdirSync(machine);
    const ana = clone("ana");
    for (const name of ["training/train.py", "training/sub/more.py"]) {
        writeObject(cloud, bucket, name, Buffer.from(`# ${name}\n`));
    }
    const pointer = readFileSync(join(ana, "training", "sales.csv.dvc"));
    writeObject(cloud, bucket, "training/sales.csv.dvc", pointer);
    const metadata = await metadataServer("train-vm@acme-dev.iam.gserviceaccount.com", "token-of-the-machine");
    Object.assign(environment, metadata.environment, { DATA: bucket.id });
    await shell(machine, machineLines());
    expect(readFileSync(join(machine, "training", "sub", "more.py"), "utf8")).toBe("# training/sub/more.py\n");
    expect(readFileSync(join(machine, "training", "sales.csv"), "utf8")).toBe("day,sold\n");
    // At its next start.
    rmSync(join(machine, "training"), { recursive: true });
    await shell(machine, machineLines());
    expect(existsSync(join(machine, "training", "sales.csv"))).toBe(true);
    metadata.close();
    expect(contacted).toEqual([]);
    const script = readFileSync(join(starter, "train.sh"), "utf8");
    expect(script).toContain(`"${readFileSync(join(__dirname, "dvc", "requirements.in"), "utf8").trim()}"`);
});
