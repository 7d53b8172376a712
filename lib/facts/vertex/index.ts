export * from "./regions";
export * from "./training";
