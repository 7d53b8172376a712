import { ContainerRegistry } from "slipway";

const images = new ContainerRegistry("app", { cleanup: { keepCount: 20 } });

export const push = images.url;
