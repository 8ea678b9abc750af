export type Environment = Readonly<Record<string, string>>;

/** A container of the image that runs, on the network of this machine. */
export interface RunningContainer {
  /** @returns its exit code, after SIGTERM to its first process; null when it had to be killed */
  stop(graceMs: number): Promise<number | null>;
  /** @returns its exit code once it has ended by itself */
  ended(): Promise<number | null>;
  /** Removes it, whatever state it is in. */
  remove(): Promise<void>;
  logs(): Promise<string>;
}

/** What the image says of itself. */
export interface ImageConfig {
  readonly user: string;
  readonly command: readonly string[];
  readonly environment: Environment;
}

export interface BuildOptions {
  readonly tag: string;
  /** Instead of the Dockerfile's own. */
  readonly base: string | undefined;
  /** npm's configuration, which the build may read and the image must not keep. */
  readonly npmrc: string | undefined;
}

/** Builds and runs images: Docker, or Buildah where no daemon is. */
export interface Engine {
  readonly name: string;
  /** How far a container is kept apart from this machine, in honest words. */
  readonly isolation: string;
  build(options: BuildOptions): Promise<void>;
  config(tag: string): Promise<ImageConfig>;
  /** Hands the image's root folder to `look`. */
  withRoot<T>(tag: string, look: (root: string) => Promise<T>): Promise<T>;
  /**
   * Runs the image as its own user, with a root that cannot be written to and no privileges.
   *
   * @param command instead of the image's own
   */
  run(tag: string, environment: Environment, command?: readonly string[]): Promise<RunningContainer>;
}
