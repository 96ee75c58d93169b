/**
 * The agent as a systemd service: the text of a unit for this checkout, user and options. Everyone may read a unit, so
 * the key is only ever named by its file.
 *
 * What it must not do to training: OOMPolicy=continue, because by default systemd ends the whole service when the kernel
 * kills one training child; no PrivateDevices and no PrivateTmp, which would hide GPUs and the pipes of CUDA's MPS; no
 * MemoryDenyWriteExecute, which ends V8.
 */
import { dirname, join } from 'node:path';
import { AgentFault, exitMustMend } from './agent.error.ts';
import type { AgentOptions } from './agent.options.ts';

export interface ServicePlace {
  /** Node's absolute path. */
  readonly node: string;
  /** The built agent. */
  readonly program: string;
  /** The checkout. */
  readonly folder: string;
  readonly user: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface ServiceOptions {
  readonly options: AgentOptions;
  readonly keyFile: string;
  readonly place: ServicePlace;
}

/** What decides which GPUs and certificates a process sees; a service inherits none of it. */
const handedOn = ['CUDA_VISIBLE_DEVICES', 'CUDA_DEVICE_ORDER', 'LD_LIBRARY_PATH', 'NODE_EXTRA_CA_CERTS'];

/** After the grace the agent says goodbye to the server. */
const goodbyeSeconds = 15;

/** A value that takes the rest of its line. @throws AgentFault USAGE for what no unit can hold */
const plain = (text: string): string => {
  if (/\p{Cc}/u.test(text)) {
    throw new AgentFault(
      'USAGE',
      `${JSON.stringify(text)} holds a control character; expected a value that fits into a unit's line.`,
    );
  }
  return text.replaceAll('%', '%%');
};

/** One word of a list, quoted when systemd would split or change it. */
const word = (text: string): string => {
  const whole = plain(text);
  return /^[\w@%+=:,./-]+$/.test(whole) ? whole : `"${whole.replaceAll(/["\\]/g, '\\$&')}"`;
};

/** An argument of a command line, where systemd also puts in variables. */
const argument = (text: string): string => word(text.replaceAll('$', () => '$$'));

/** Every option that is not its default, with absolute paths and a name that outlives a change of the host's. */
const flagsOf = ({ options, keyFile }: ServiceOptions): string[][] => {
  const set = (flag: string, value: string | number | undefined): string[][] =>
    value === undefined ? [] : [[flag, String(value)]];
  return [
    ['--server', options.server],
    ['--key-file', keyFile],
    ['--name', options.name],
    ['--work-dir', options.workDir],
    ['--cache-dir', options.cacheDir],
    ['--backend', options.backend],
    ...set('--slots', options.slots),
    ...set('--sweep', options.sweep),
    ...set('--count', options.count),
    ...options.datasets.map((name) => ['--dataset', name]),
    ['--grace-ms', String(options.graceMs)],
    ['--spool-limit-mb', String(options.spoolLimitBytes / 2 ** 20)],
    ...set('--memory-limit-mb', options.memoryLimitMb),
    ['--stall-ms', String(options.stallMs)],
    ...(options.allowCommand ? [['--allow-command'], ['--command-dir', options.commandDir]] : []),
    ...(options.json ? [['--json']] : []),
  ];
};

const environmentOf = ({ options, place }: ServiceOptions): string[] => {
  // CUDA keeps compiled kernels in the home folder, which is read-only here.
  const cuda = place.env['CUDA_CACHE_PATH'] ?? join(options.cacheDir, 'cuda');
  // Programs of sweeps are found where the person who allows them finds them.
  const names = options.allowCommand ? [...handedOn, 'PATH'] : handedOn;
  const values = names.flatMap((name) => {
    const value = place.env[name];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return [`CUDA_CACHE_PATH=${cuda}`, ...values].map((value) => `Environment=${word(value)}`);
};

/** Programs of sweeps write where they like within the rights of the user; training writes into its own folders. */
const writable = ({ options }: ServiceOptions): string[] =>
  options.allowCommand
    ? ['ProtectSystem=full']
    : [
        'ProtectSystem=strict',
        `ReadWritePaths=${[options.workDir, options.cacheDir, '/tmp', '/var/tmp'].map(word).join(' ')}`,
      ];

const execStart = (service: ServiceOptions): string => {
  const { node, program } = service.place;
  // systemd puts no variables into the program's own path.
  const start = `${word(node)} ${argument(program)}`;
  return [start, ...flagsOf(service).map((flag) => flag.map(argument).join(' '))].join(' \\\n  ');
};

/** @throws AgentFault USAGE for a value that no unit can hold */
export const serviceUnit = (service: ServiceOptions): string => {
  const { options, place } = service;
  const lines = [
    '# sudo install -m 644 plumage-agent.service /etc/systemd/system/',
    '# sudo systemctl daemon-reload && sudo systemctl enable --now plumage-agent',
    '# journalctl -u plumage-agent -f',
    '[Unit]',
    `Description=Plumage agent of ${plain(options.server)}`,
    'Wants=network-online.target',
    'After=network-online.target',
    '# A server that is away for a day must not end the tries.',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=exec',
    `User=${plain(place.user)}`,
    `WorkingDirectory=${plain(place.folder)}`,
    ...environmentOf(service),
    '# The nodes of an NVIDIA GPU, which a process without new privileges cannot make; nothing on a box without one.',
    'ExecStartPre=-+/usr/bin/nvidia-modprobe -u -c=0',
    `ExecStart=${execStart(service)}`,
    '# SIGTERM goes to the agent alone, which has its runs saved and released; what is left after that is killed.',
    'KillMode=mixed',
    'KillSignal=SIGTERM',
    `TimeoutStopSec=${Math.ceil(options.graceMs / 1000) + goodbyeSeconds}`,
    'Restart=on-failure',
    'RestartSec=10',
    '# What a person must mend first.',
    `RestartPreventExitStatus=${exitMustMend}`,
    'SuccessExitStatus=130 143',
    '# Training is killed for want of memory before the agent, and then alone.',
    'OOMScoreAdjust=-500',
    'OOMPolicy=continue',
    'UMask=0077',
    'NoNewPrivileges=yes',
    ...writable(service),
    'ProtectControlGroups=yes',
    'RestrictSUIDSGID=yes',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return `${lines.join('\n')}\n`;
};

/** The checkout of a built agent, `<checkout>/apps/agent/dist/main.js`. */
export const checkoutOf = (program: string): string => dirname(dirname(dirname(dirname(program))));
