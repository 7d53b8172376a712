import * as pulumi from "@pulumi/pulumi";
import { allow, type Member, StorageBucket, VirtualMachine } from "slipway";

// Who pushes data, reads models and signs in to the machine.
const team = new pulumi.Config().requireObject<Member[]>("team");

// The code that trains, and the data: its sample in the folder, or versions that dvc pushes.
const data = new StorageBucket("data", { upload: { source: "./training", prefix: "training/" } });
const models = new StorageBucket("models");
allow(data.writer, team);
allow(models.reader, team);

// Starts at two o'clock, trains if the code or the data have changed, and stops itself; at six o'clock, if it did not.
const train = new VirtualMachine("train", {
    image: { family: "common-cu129-ubuntu-2404-nvidia-580", project: "deeplearning-platform-release" },
    machineType: "e2-standard-2",
    spot: true,
    uses: { DATA: data.reader, MODELS: models.writer },
    startupScript: "train.sh",
    schedule: { start: "0 2 * * *", stop: "0 6 * * *", timeZone: "Europe/Berlin" },
    ssh: team,
});

export const dataBucket = data.bucket.name;
export const modelsBucket = models.bucket.name;
export const machine = train.instance.name;
export const zone = train.instance.zone;
