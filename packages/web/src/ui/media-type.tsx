import type { MediaType } from '@assay/shared';
import type { Icon } from '@tabler/icons-react';
import { ImageIcon, SoundIcon, TextIcon, VideoIcon } from './icons.ts';

export const mediaTypeIcons: Record<MediaType, Icon> = {
  image: ImageIcon,
  video: VideoIcon,
  audio: SoundIcon,
  text: TextIcon,
};
