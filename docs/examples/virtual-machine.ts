import { StorageBucket, VirtualMachine } from "slipway";

const models = new StorageBucket("models");

// Trains each night on a GPU, with an image that has the driver and PyTorch.
const training = new VirtualMachine("training", {
    machineType: "n1-standard-4",
    gpu: "nvidia-tesla-t4",
    image: { family: "pytorch-2-9-cu129-ubuntu-2404-nvidia-580", project: "deeplearning-platform-release" },
    disks: { data: { size: "200 GB" } },
    snapshots: { retention: "7 days" },
    uses: { MODELS: models.writer },
    startupScript: "machine/train.sh",
    schedule: { start: "0 22 * * MON-FRI", timeZone: "Europe/Berlin" },
    ssh: ["group:ml@acme.com"],
});

export const address = training.privateAddress;
