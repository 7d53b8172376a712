export * from "./data";
export * from "./environment";
export * from "./function";
export * from "./identity";
export * from "./messaging";
export * from "./secret";
export * from "./storage";
export * from "./workflow";
