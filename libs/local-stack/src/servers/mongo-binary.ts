import { arch } from 'node:os';
import type { Log } from '../log.js';
import { findOnPath, isExecutable, runCommand } from '../processes/run-command.js';
import { canInstallDebianPackages } from './debian-packages.js';
import { downloadMongo, findDownloadedMongo } from './mongo-download.js';
import { findMongoUnderWine, prepareMongoUnderWine, WINE_MONGO_VERSION } from './mongo-under-wine.js';

/** The version downloaded for development: the same one that runs under Wine. */
const DOWNLOAD_VERSION = WINE_MONGO_VERSION;

const HOW_TO_INSTALL = `No MongoDB server was found and none could be downloaded. One of these helps:
  macOS            brew tap mongodb/brew && brew install mongodb-community@7.0
  Debian, Ubuntu   https://www.mongodb.com/docs/manual/administration/install-on-linux/
  Windows          winget install MongoDB.Server
  Docker           docker run -d -p 27017:27017 mongo:7 --replSet rs0    then, once:
                   docker exec <container> mongosh --eval 'rs.initiate({_id:"rs0",members:[{_id:0,host:"127.0.0.1:27017"}]})'
                   and set MONGODB_URI=mongodb://127.0.0.1:27017/?replicaSet=rs0
  elsewhere        name a mongod program in MONGOMS_SYSTEM_BINARY, or the folder it lies in on PATH`;

/** A mongod program that can be started. */
export interface MongoBinary {
  path: string;
  underWine: boolean;
}

/**
 * A mongod program: the named one, the one on PATH, MongoDB's download, or on Debian its Windows build under Wine.
 * One line of `log` says which was chosen and why.
 *
 * @throws Error that tells per platform what to install
 */
export async function resolveMongoBinary(log: Log): Promise<MongoBinary> {
  const native = (await findNative(log)) ?? (await findOrDownload(log));
  if (native !== undefined) return { path: native, underWine: false };
  if (!canInstallDebianPackages() || arch() !== 'x64') throw new Error(HOW_TO_INSTALL);
  const path = await prepareMongoUnderWine(log);
  log(`MongoDB: ${path} (${WINE_MONGO_VERSION} under Wine), as none is on PATH and the download host does not answer`);
  return { path, underWine: true };
}

async function findNative(log: Log): Promise<string | undefined> {
  const named = process.env.MONGOMS_SYSTEM_BINARY;
  if (named) {
    if (!isExecutable(named)) throw new Error(`MONGOMS_SYSTEM_BINARY names ${named}, which is not an executable file`);
    log(`MongoDB: ${named} (${await versionOf(named)}), named by MONGOMS_SYSTEM_BINARY`);
    return named;
  }
  const onPath = findOnPath('mongod');
  if (onPath !== undefined) log(`MongoDB: ${onPath} (${await versionOf(onPath)}), found on PATH`);
  return onPath;
}

async function findOrDownload(log: Log): Promise<string | undefined> {
  const earlier = await findDownloadedMongo(DOWNLOAD_VERSION);
  if (earlier !== undefined) {
    log(`MongoDB: ${earlier} (${DOWNLOAD_VERSION}), downloaded earlier`);
    return earlier;
  }
  // Prepared only where the download host did not answer: asking it again would cost every start its deadline.
  if (findMongoUnderWine() !== undefined) return undefined;
  const downloaded = await downloadMongo(DOWNLOAD_VERSION, log);
  if (downloaded !== undefined) log(`MongoDB: ${downloaded} (${DOWNLOAD_VERSION}), downloaded as none is on PATH`);
  return downloaded;
}

async function versionOf(program: string): Promise<string> {
  const output = await runCommand(program, ['--version']);
  return /v?(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? 'unknown version';
}
