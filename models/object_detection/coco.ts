/** The 80 classes of COCO 2017 by their super-classes, in the order of their numbers. */
const superClasses = {
  person: ['person'],
  vehicle: ['bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat'],
  outdoor: ['traffic_light', 'fire_hydrant', 'stop_sign', 'parking_meter', 'bench'],
  animal: ['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'],
  accessory: ['backpack', 'umbrella', 'handbag', 'tie', 'suitcase'],
  sports: [
    'frisbee',
    'skis',
    'snowboard',
    'sports_ball',
    'kite',
    'baseball_bat',
    'baseball_glove',
    'skateboard',
    'surfboard',
    'tennis_racket',
  ],
  kitchen: ['bottle', 'wine_glass', 'cup', 'fork', 'knife', 'spoon', 'bowl'],
  food: ['banana', 'apple', 'sandwich', 'orange', 'broccoli', 'carrot', 'hot_dog', 'pizza', 'donut', 'cake'],
  furniture: ['chair', 'couch', 'potted_plant', 'bed', 'dining_table', 'toilet'],
  electronic: ['tv', 'laptop', 'mouse', 'remote', 'keyboard', 'cell_phone'],
  appliance: ['microwave', 'oven', 'toaster', 'sink', 'refrigerator'],
  indoor: ['book', 'clock', 'vase', 'scissors', 'teddy_bear', 'hair_drier', 'toothbrush'],
};

export interface CocoClass {
  name: string;
  superClass: string;
}

export const cocoClasses: CocoClass[] = Object.entries(superClasses).flatMap(([superClass, names]) =>
  names.map((name) => ({ name, superClass })),
);
