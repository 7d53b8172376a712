import { ContainerRegistry } from "slipway";

const images = new ContainerRegistry("app", { cleanup: { keep: 20 } });

export const push = images.url;
